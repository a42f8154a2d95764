import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import { countAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { normaliseEmail } from './email.ts'
import { pretend } from './pretend.ts'
import { writeSignUp } from './sign-up.ts'
import { findLatestSignUp } from './sign-up-store.ts'

/** Sends a fresh link for a sign-up that waits; where there is none, the same is done and undone. */
export const resendVerification =
  (identity: Identity): Handler<typeof accountEndpoints.resendVerification> =>
  async ({ body, request }) => {
    const email = normaliseEmail(body.email)
    await countAttempts(identity, [
      { rule: limits.mailAddress, of: request.ipAddress },
      { rule: limits.verificationMail, of: email },
    ])
    await identity.database.transaction(async (tx) => {
      const waiting = await findLatestSignUp(tx, identity.vault, email, identity.clock.now())
      if (waiting !== undefined) {
        const { name, passwordHash } = waiting
        return writeSignUp(identity, tx, { email, name, passwordHash }, body.invitation)
      }
      const nobody = { email, name: 'nobody', passwordHash: 'none' }
      return pretend(tx, (inner) => writeSignUp(identity, inner, nobody, body.invitation))
    })
    return { status: 'sent-if-known' }
  }
