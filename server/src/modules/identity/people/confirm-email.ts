import type { accountEndpoints } from '@avow/contract'
import { addDuration } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { holdAddressToo } from '../../../platform/gates/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink, undoEmailLink } from '../links.ts'
import { newLinkToken } from '../secrets.ts'
import { deleteOtherSessions } from '../sessions/session-store.ts'
import { emailIndex } from './email.ts'
import {
  deletePasswordResets,
  insertFormerAddress,
  isReserved,
  lockAsked,
  lockUndoable,
  markConfirmed,
  markUndone,
  updateEmail,
} from './email-change-store.ts'
import { emailChangedMail, securityMail } from './mails.ts'
import { lockAnyPerson, lockPerson, type PersonRow } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { deleteSignUps } from './sign-up-store.ts'

/** Everything that knew a person by their address knows them by the new one; what was sent to the old stays theirs. */
const moveAddress = async (identity: Identity, tx: Tx, person: PersonRow, email: string): Promise<void> => {
  const { clock, vault } = identity
  const now = clock.now()
  if (!(await updateEmail(tx, vault, person.id, { email, verifiedAt: now }))) throw new Refusal('token_invalid')
  const id = newId('fad', clock)
  await insertFormerAddress(tx, { id, personId: person.id, emailIndex: emailIndex(vault, person.email), hadUntil: now })
  await holdAddressToo(tx, person.id, emailIndex(vault, email), now)
  await deleteSignUps(tx, vault, email)
  await deletePasswordResets(tx, person.id)
}

/** Ends a change of address: the link came from a mail to the new one. */
export const confirmEmail =
  (identity: Identity): Handler<typeof accountEndpoints.confirmEmail> =>
  async ({ body, request }) => {
    const { clock, database, mail, policy, vault } = identity
    const address = { rule: limits.tokenAddress, of: request.ipAddress }
    await countAttempts(identity, [address])
    return database.transaction(async (tx) => {
      const now = clock.now()
      const change = await lockAsked(tx, vault, vault.keyedHash('confirm-email', body.token), now)
      const person = change && (await lockPerson(tx, vault, change.personId))
      if (change === undefined || person === undefined) throw new Refusal('token_invalid')
      if (await isReserved(tx, vault, change.newEmail, { now, exceptFor: person.id }))
        throw new Refusal('token_invalid')
      await moveAddress(identity, tx, person, change.newEmail)
      const token = newLinkToken()
      const undoUntil = addDuration(now, policy.accounts.addressUndo)
      const undoTokenHash = vault.keyedHash('undo-email', token)
      await markConfirmed(tx, change.id, { confirmedAt: now, undoUntil, undoTokenHash })
      const link = undoEmailLink(identity, token)
      await mail.write(tx, emailChangedMail({ id: person.id, email: person.email }, undoUntil, link))
      const event = { kind: 'email-changed', personId: person.id, ipAddress: request.ipAddress } as const
      await recordSecurityEvent(tx, identity, event)
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'address changed' })
      await forgiveAttempts(identity, tx, { uncount: [address] })
      return { email: change.newEmail, undoUntil: undoUntil.toISOString() }
    })
  }

/** Gives the old address back, ends every session, and makes later changes void: whoever made them is not trusted. */
export const undoEmail =
  (identity: Identity): Handler<typeof accountEndpoints.undoEmail> =>
  async ({ body, request }) => {
    const { clock, database, mail, vault } = identity
    const address = { rule: limits.tokenAddress, of: request.ipAddress }
    await countAttempts(identity, [address])
    return database.transaction(async (tx) => {
      const change = await lockUndoable(tx, vault, vault.keyedHash('undo-email', body.token), clock.now())
      const person = change && (await lockAnyPerson(tx, vault, change.personId))
      if (change === undefined || person === undefined) throw new Refusal('token_invalid')
      await moveAddress(identity, tx, person, change.oldEmail)
      await markUndone(tx, change)
      await deleteOtherSessions(tx, person.id, null)
      const event = { kind: 'email-change-undone', personId: person.id, ipAddress: request.ipAddress } as const
      await recordSecurityEvent(tx, identity, event)
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'address taken back' })
      const what = 'Your address was taken back, and every session was ended. Set a new password before you sign in.'
      const to = { id: person.id, email: change.oldEmail }
      await mail.write(tx, securityMail(to, 'Your address was taken back', what, forgotPasswordLink(identity)))
      await forgiveAttempts(identity, tx, { uncount: [address] })
      return { email: change.oldEmail }
    })
  }
