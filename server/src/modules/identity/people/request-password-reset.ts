import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { countAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import { hour, type Identity } from '../identity.ts'
import { resetPasswordLink } from '../links.ts'
import { newLinkToken } from '../secrets.ts'
import { normaliseEmail } from './email.ts'
import { passwordResetMail } from './mails.ts'
import { findPersonByEmail, insertPasswordReset } from './person-store.ts'
import { pretend } from './pretend.ts'
import { recordSecurityEvent } from './record-security-event.ts'

const linkLifeMs = hour

/** Mails a link to set a new password; where there is no account, the same is done and undone. */
export const requestPasswordReset =
  (identity: Identity): Handler<typeof accountEndpoints.requestPasswordReset> =>
  async ({ body, request }) => {
    const { clock, database, mail, vault } = identity
    const email = normaliseEmail(body.email)
    await countAttempts(identity, [
      { rule: limits.mailAddress, of: request.ipAddress },
      { rule: limits.resetMail, of: email },
    ])
    await database.transaction(async (tx) => {
      const person = await findPersonByEmail(tx, vault, email)
      const token = newLinkToken()
      const event = {
        kind: 'password-reset-asked',
        personId: person?.id ?? null,
        ipAddress: request.ipAddress,
      } as const
      await recordSecurityEvent(tx, identity, event)
      const message = passwordResetMail(person ?? { id: nobody, email }, resetPasswordLink(identity, token))
      if (person === undefined) return pretend(tx, (inner) => mail.write(inner, message))
      await insertPasswordReset(tx, {
        id: newId('rst', clock),
        personId: person.id,
        tokenHash: vault.keyedHash('password-reset', token),
        createdAt: clock.now(),
        expiresAt: new Date(clock.nowMs() + linkLifeMs),
      })
      return mail.write(tx, message)
    })
    return { status: 'sent-if-known' }
  }
