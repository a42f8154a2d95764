import type { Tx } from '../../../platform/db/index.ts'
import { Refusal, type RequestFacts } from '../../../platform/http/index.ts'
import { forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { useCode } from '../second-factor/check-code.ts'
import { countBackupCodesLeft, hasSecondFactor } from '../second-factor/second-factor-store.ts'
import { beginSession } from '../sessions/session.ts'
import { isStaffActive } from '../staff/is-staff-active.ts'
import { securityMail } from './mails.ts'
import { lockPerson, noteActivity, type PersonRow, updatePasswordHash } from './person-store.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'
import { recordSecurityEvent } from './record-security-event.ts'

interface Given {
  readonly password: string
  readonly code: string | undefined
}

/** Locks the person. The password that was right a moment ago may have been changed or hashed anew meanwhile. */
const lockWithPassword = async (
  identity: Identity,
  tx: Tx,
  verified: PersonRow,
  password: string,
): Promise<PersonRow> => {
  const locked = await lockPerson(tx, identity.vault, verified.id)
  if (locked === undefined) throw new Refusal('wrong_credentials')
  const isSame = locked.passwordHash === verified.passwordHash
  if (!isSame && !(await identity.passwordGate.verify(locked.passwordHash, password)))
    throw new Refusal('wrong_credentials')
  return locked
}

const noteBackupCode = async (identity: Identity, tx: Tx, person: PersonRow, request: RequestFacts): Promise<void> => {
  const { mail } = identity
  await recordSecurityEvent(tx, identity, {
    kind: 'backup-code-used',
    personId: person.id,
    ipAddress: request.ipAddress,
  })
  const left = await countBackupCodesLeft(tx, person.id)
  const what = `A backup code was used to sign in to your account. Backup codes left: ${left}.`
  await mail.write(tx, securityMail(person, 'A backup code was used', what, forgotPasswordLink(identity)))
}

/**
 * Checks and uses the code where two-step sign-in is set up, and begins the session.
 * @param verified the person whose password was right
 * @returns null when the code is wrong
 */
export const openSession = async (identity: Identity, given: Given, verified: PersonRow, request: RequestFacts) => {
  const { database, passwordGate, policy, vault } = identity
  const isOutdated = passwordGate.needsRehash(verified.passwordHash)
  const newHash = isOutdated ? await passwordGate.hash(given.password) : null
  return database.transaction(async (tx) => {
    const person = await lockWithPassword(identity, tx, verified, given.password)
    const isAsked = await hasSecondFactor(tx, person.id)
    if (isAsked) {
      const verdict = given.code === undefined ? 'wrong' : await useCode(identity, tx, person.id, given.code)
      if (verdict === 'wrong') return null
      if (verdict === 'backup-code') await noteBackupCode(identity, tx, person, request)
      await forgiveAttempts(identity, tx, { clear: [{ rule: limits.code, of: person.id }] })
    }
    if (newHash !== null && person.passwordHash === verified.passwordHash)
      await updatePasswordHash(tx, person.id, newHash)
    await noteActivity(tx, person.id, identity.clock.now())
    const session = await beginSession(identity, tx, { personId: person.id, passedSecondFactor: isAsked, request })
    await recordSecurityEvent(tx, identity, { kind: 'signed-in', personId: person.id, ipAddress: request.ipAddress })
    const facts = await requirePersonFacts(tx, vault, person.id)
    return { session, view: viewPerson(facts, isStaffActive(policy, { ...facts, passedSecondFactor: isAsked })) }
  })
}
