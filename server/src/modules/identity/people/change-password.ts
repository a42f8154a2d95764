import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { deleteOtherSessions } from '../sessions/session-store.ts'
import { securityMail } from './mails.ts'
import { lockPerson, updatePasswordHash } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { requireOwnPassword } from './require-own-password.ts'
import { requireStrongPassword } from './require-strong-password.ts'

export const changePassword =
  (identity: Identity): Handler<typeof accountEndpoints.changePassword> =>
  async ({ caller, body, request }) => {
    const { database, mail, passwordGate, vault } = identity
    const { person } = await requireOwnPassword(identity, caller.personId, body.currentPassword)
    requireStrongPassword(identity, body.newPassword, person)
    const passwordHash = await passwordGate.hash(body.newPassword)
    await database.transaction(async (tx) => {
      const locked = await lockPerson(tx, vault, person.id)
      if (locked?.passwordHash !== person.passwordHash) throw new Refusal('wrong_credentials')
      await updatePasswordHash(tx, person.id, passwordHash)
      await deleteOtherSessions(tx, person.id, caller.sessionId)
      await recordSecurityEvent(tx, identity, {
        kind: 'password-changed',
        personId: person.id,
        ipAddress: request.ipAddress,
      })
      const what = 'Your password was changed, and your other sessions were ended.'
      await mail.write(tx, securityMail(person, 'Your password was changed', what, forgotPasswordLink(identity)))
    })
  }
