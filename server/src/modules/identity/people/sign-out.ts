import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { clearSessionCookie } from '../sessions/session.ts'
import { deleteSession } from '../sessions/session-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'

/** Ends the session that asks. The machine's own token is no session and stays. */
export const signOut =
  (identity: Identity): Handler<typeof accountEndpoints.signOut> =>
  async ({ tx, caller, request, reply }) => {
    if (caller.sessionId !== null) {
      await deleteSession(tx, caller.personId, caller.sessionId)
      await recordSecurityEvent(tx, identity, {
        kind: 'signed-out',
        personId: caller.personId,
        ipAddress: request.ipAddress,
      })
    }
    clearSessionCookie(reply)
  }
