import { contract } from '@avow/contract'
import { decodeCursor, type Route, route, toPage } from '../../../platform/http/index.ts'
import { answerRoutes } from './answer-request.ts'
import type { AuthorityRequests } from './authority-requests.ts'
import { recordRoute } from './record-request.ts'
import { listRequests } from './request-store.ts'
import { viewRequest } from './request-view.ts'
import { noticeRoutes } from './tell-customer.ts'

const list = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.list, async ({ tx, query }) => {
    const page = { limit: query.limit, after: decodeCursor(query.cursor), state: query.state }
    const now = deps.clock.now()
    return toPage(
      await listRequests(deps, tx, page),
      query.limit,
      ({ row }) => ({ atMs: row.recordedAt.getTime(), id: row.id }),
      (of) => viewRequest(of, now),
    )
  })

/** How an authority is answered, and what the customer learns of it. */
export const authorityRequestRoutes = (deps: AuthorityRequests): Route[] => [
  list(deps),
  recordRoute(deps),
  ...answerRoutes(deps),
  ...noticeRoutes(deps),
]
