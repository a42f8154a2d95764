import type { keyEndpoints } from '@avow/contract'
import { decodeCursor, type Handler, Refusal, toPage } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { viewKey } from './key.ts'
import { findKey, type KeyRow, listKeysOf } from './key-store.ts'

export const listKeys =
  ({ clock, vault }: Identity): Handler<typeof keyEndpoints.list> =>
  async ({ tx, params, query }) => {
    const now = clock.now()
    const { limit, state, search, kind } = query
    const rows = await listKeysOf(tx, vault, params.projectId, {
      limit,
      after: decodeCursor(query.cursor),
      state,
      search,
      kind,
      now,
    })
    const cursorOf = (row: KeyRow) => ({ atMs: row.createdAt.getTime(), id: row.id })
    return toPage(rows, limit, cursorOf, (row) => viewKey(row, now))
  }

export const showKey =
  ({ clock, vault }: Identity): Handler<typeof keyEndpoints.get> =>
  async ({ tx, params }) => {
    const row = await findKey(tx, vault, params.projectId, params.keyId)
    if (row === undefined) throw new Refusal('not_found')
    return viewKey(row, clock.now())
  }
