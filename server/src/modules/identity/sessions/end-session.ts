import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { clearSessionCookie } from './session.ts'
import { deleteSession } from './session-store.ts'

export const endSession =
  (identity: Identity): Handler<typeof accountEndpoints.endSession> =>
  async ({ tx, caller, params, request, reply }) => {
    if (!(await deleteSession(tx, caller.personId, params.sessionId))) throw new Refusal('not_found')
    await recordSecurityEvent(tx, identity, {
      kind: 'session-ended',
      personId: caller.personId,
      ipAddress: request.ipAddress,
    })
    if (params.sessionId === caller.sessionId) clearSessionCookie(reply)
  }
