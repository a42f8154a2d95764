import { contract } from '@avow/contract'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { findRequest, listRequests, type RequestRow } from './request-store.ts'
import { officerFacts, viewDetail, viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'

const cursorOf = (row: RequestRow) => ({ atMs: row.askedAt.getTime(), id: row.id })

export const requestListRoutes = (rights: Rights): Route[] => [
  route(contract.rights.myRequests, async ({ tx, caller, query }) => {
    const page = { limit: query.limit, after: decodeCursor(query.cursor), personId: caller.personId }
    const now = rights.clock.now()
    return toPage(await listRequests(tx, page), query.limit, cursorOf, (row) => viewRequest(row, now))
  }),
  route(contract.rights.requests, async ({ tx, query }) => {
    const { limit, cursor, open, dueBefore, ...wanted } = query
    const page = {
      ...wanted,
      limit,
      after: decodeCursor(cursor),
      isOpen: open === 'true',
      dueBefore: dueBefore === undefined ? undefined : new Date(dueBefore),
    }
    const now = rights.clock.now()
    const view = (row: RequestRow) => ({ ...viewRequest(row, now), ...officerFacts(row) })
    return toPage(await listRequests(tx, page), limit, cursorOf, view)
  }),
  route(contract.rights.request, async ({ tx, params }) => {
    const row = await findRequest(tx, params.requestId)
    if (row === undefined) throw new Refusal('not_found')
    return { ...(await viewDetail(rights, row, rights.clock.now())), ...officerFacts(row) }
  }),
]
