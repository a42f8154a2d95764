import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { deleteOtherSessions } from '../sessions/session-store.ts'
import { securityMail } from './mails.ts'
import {
  findPasswordReset,
  findPersonFacts,
  lockPerson,
  takePasswordReset,
  updatePasswordHash,
} from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { requireStrongPassword } from './require-strong-password.ts'

/** Sets a new password with the token of a mail, and ends every session. A weak password does not use the token up. */
export const resetPassword =
  (identity: Identity): Handler<typeof accountEndpoints.resetPassword> =>
  async ({ body, request }) => {
    const { clock, database, mail, passwordGate, vault } = identity
    const address = { rule: limits.tokenAddress, of: request.ipAddress }
    await countAttempts(identity, [address])
    const reset = await findPasswordReset(database.direct, vault.keyedHash('password-reset', body.token))
    const facts = reset && (await findPersonFacts(database.direct, vault, reset.personId))
    if (reset === undefined || facts === undefined || reset.expiresAt <= clock.now()) throw new Refusal('token_invalid')
    requireStrongPassword(identity, body.newPassword, facts.person)
    const passwordHash = await passwordGate.hash(body.newPassword)
    await database.transaction(async (tx) => {
      const person = await lockPerson(tx, vault, reset.personId)
      if (person === undefined || !(await takePasswordReset(tx, reset))) throw new Refusal('token_invalid')
      await updatePasswordHash(tx, person.id, passwordHash)
      await deleteOtherSessions(tx, person.id, null)
      await recordSecurityEvent(tx, identity, {
        kind: 'password-reset',
        personId: person.id,
        ipAddress: request.ipAddress,
      })
      const what = 'Your password was reset with a link that was mailed to you, and every session was ended.'
      await mail.write(tx, securityMail(person, 'Your password was changed', what, forgotPasswordLink(identity)))
      await forgiveAttempts(identity, tx, {
        clear: [{ rule: limits.signInAccount, of: person.email }],
        uncount: [address],
      })
    })
  }
