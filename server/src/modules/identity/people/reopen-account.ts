import type { accountEndpoints } from '@avow/contract'
import { addDuration } from '@avow/policy'
import { and, desc, eq, isNotNull, not } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { useCode } from '../second-factor/check-code.ts'
import { hasSecondFactor } from '../second-factor/second-factor-store.ts'
import { organisation, person } from '../tables.ts'
import { emailIndex, normaliseEmail } from './email.ts'
import { securityMail } from './mails.ts'
import { findAnyPerson, findPersonByEmail, lockAnyPerson, type PersonRow } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'

/** The account of an address that was closed last and is still kept. */
const findClosed = async (tx: Tx, { vault }: Identity, email: string): Promise<PersonRow | undefined> => {
  const [row] = await tx
    .select({ id: person.id })
    .from(person)
    .where(and(eq(person.emailIndex, emailIndex(vault, email)), isNotNull(person.closedAt), not(person.leaves)))
    .orderBy(desc(person.closedAt))
    .limit(1)
  return row === undefined ? undefined : findAnyPerson(tx, vault, row.id)
}

/** Whether the policy lets what was closed then be opened again now. */
export const canReopen = ({ clock, policy }: Identity, closedAt: Date | null): closedAt is Date =>
  closedAt !== null && addDuration(closedAt, policy.accounts.reopenWithin) > clock.now()

/** @throws Refusal wrong_credentials after the same work, whoever the address belongs to */
const requireClosed = async (identity: Identity, email: string, password: string): Promise<PersonRow> => {
  const { database, passwordGate } = identity
  const found = await findClosed(database.direct, identity, email)
  const isRight = await passwordGate.verify(found?.passwordHash ?? (await identity.nobodysPassword()), password)
  if (!isRight || found === undefined || !canReopen(identity, found.closedAt)) throw new Refusal('wrong_credentials')
  return found
}

const requireCode = async (identity: Identity, personId: string, code: string | undefined): Promise<void> => {
  if (!(await hasSecondFactor(identity.database.direct, personId))) return
  if (code === undefined) throw new Refusal('second_factor_required')
  await countAttempts(identity, [{ rule: limits.code, of: personId }])
  const verdict = await identity.database.transaction((tx) => useCode(identity, tx, personId, code.trim()))
  if (verdict === 'wrong') throw new Refusal('wrong_code')
}

/** Opens an account again, and the organisations that closed with it. */
export const reopenAccount =
  (identity: Identity): Handler<typeof accountEndpoints.reopenMe> =>
  async ({ body, request }) => {
    const { clock, database, mail, vault } = identity
    const email = normaliseEmail(body.email)
    const counters = [
      { rule: limits.signInHere, of: `${email}\0${request.ipAddress}` },
      { rule: limits.signInAccount, of: email },
      { rule: limits.signInAddress, of: request.ipAddress },
    ]
    await countAttempts(identity, counters)
    const { id } = await requireClosed(identity, email, body.password)
    await requireCode(identity, id, body.code)
    return database.transaction(async (tx) => {
      const locked = await lockAnyPerson(tx, vault, id)
      const isTheirs = (await findClosed(tx, identity, email))?.id === id
      if (locked === undefined || !isTheirs || !canReopen(identity, locked.closedAt))
        throw new Refusal('wrong_credentials')
      if ((await findPersonByEmail(tx, vault, email)) !== undefined)
        throw new Refusal('conflict', 'This address has a new account by now. Sign in to that one.')
      const { closedAt } = locked
      await tx
        .update(person)
        .set({ closedAt: null, lastActiveAt: clock.now(), idleWarnedAt: null })
        .where(eq(person.id, id))
      const withIt = and(eq(organisation.closedBy, id), eq(organisation.closedAt, closedAt))
      await tx.update(organisation).set({ closedAt: null, closedBy: null }).where(withIt)
      await recordSecurityEvent(tx, identity, { kind: 'account-reopened', personId: id, ipAddress: request.ipAddress })
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'account opened again' })
      const what = 'Your account was opened again. Keys that were revoked stay revoked.'
      await mail.write(tx, securityMail(locked, 'Your account was opened again', what, forgotPasswordLink(identity)))
      await forgiveAttempts(identity, tx, { clear: counters.slice(0, 2), uncount: counters.slice(2) })
      return { email }
    })
  }
