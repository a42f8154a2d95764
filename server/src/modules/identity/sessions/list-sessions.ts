import type { accountEndpoints } from '@avow/contract'
import { decodeCursor, type Handler, toPage } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { endOf, sessionRule } from './session-end.ts'
import { listLiveSessions } from './session-store.ts'

export const listSessions =
  ({ clock, policy, vault }: Identity): Handler<typeof accountEndpoints.listSessions> =>
  async ({ tx, caller, query }) => {
    const rule = sessionRule(policy)
    const page = {
      limit: query.limit,
      after: decodeCursor(query.cursor),
      now: clock.now(),
      rule,
    }
    const rows = await listLiveSessions(tx, vault, caller.personId, page)
    const cursorOf = (row: (typeof rows)[number]) => ({ atMs: row.createdAt.getTime(), id: row.id })
    return toPage(rows, query.limit, cursorOf, (row) => ({
      id: row.id,
      current: row.id === caller.sessionId,
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      expiresAt: endOf(rule, row).toISOString(),
      ipAddress: row.ipAddress,
      userAgent: row.userAgent,
    }))
  }
