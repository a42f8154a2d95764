import { contract } from '@avow/contract'
import { decodeCursor, type Route, route, toPage } from '../../../platform/http/index.ts'
import { listRequests, type RequestRow } from './request-store.ts'
import { viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'

const cursorOf = (row: RequestRow) => ({ atMs: row.askedAt.getTime(), id: row.id })

export const requestListRoutes = (rights: Rights): Route[] => [
  route(contract.rights.myRequests, async ({ tx, caller, query }) => {
    const page = { limit: query.limit, after: decodeCursor(query.cursor), personId: caller.personId }
    const now = rights.clock.now()
    return toPage(await listRequests(tx, page), query.limit, cursorOf, (row) => viewRequest(row, now))
  }),
  route(contract.rights.requests, async ({ tx, query }) => {
    const page = { limit: query.limit, after: decodeCursor(query.cursor), state: query.state }
    const now = rights.clock.now()
    const view = (row: RequestRow) => ({ ...viewRequest(row, now), personId: row.personId })
    return toPage(await listRequests(tx, page), query.limit, cursorOf, view)
  }),
]
