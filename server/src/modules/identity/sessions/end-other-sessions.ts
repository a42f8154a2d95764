import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { deleteOtherSessions } from './session-store.ts'

export const endOtherSessions =
  (identity: Identity): Handler<typeof accountEndpoints.endOtherSessions> =>
  async ({ tx, caller, request }) => {
    const ended = await deleteOtherSessions(tx, caller.personId, caller.sessionId)
    await recordSecurityEvent(tx, identity, {
      kind: 'session-ended',
      personId: caller.personId,
      ipAddress: request.ipAddress,
    })
    return { ended }
  }
