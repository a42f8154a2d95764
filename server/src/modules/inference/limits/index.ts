import { type Database, type Listening, readInTurn } from '../../../platform/db/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { Limits, SharedLimits } from '../gateway/call-limits.ts'
import { type LimitRouteDeps, limitRoutes } from './limit-routes.ts'
import { listLimits } from './limit-store.ts'

export interface LimitsDeps extends LimitRouteDeps {
  readonly database: Database
  /** Word of what organisations change. */
  readonly changes: Pick<Listening, 'onChange'>
  readonly log: Log
}

/** What projects and organisations may call, in memory: a call is not to wait for the answer. */
export interface CallLimitsOfOthers {
  readonly shared: SharedLimits
  readonly routes: readonly Route[]
  /** Before anything is served. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** While they cannot be read, the limits that were known last hold on. */
export const createLimits = (deps: LimitsDeps): CallLimitsOfOthers => {
  const { database, log } = deps
  let known: ReadonlyMap<string, Limits> = new Map()
  const reader = readInTurn({
    read: async () => {
      known = new Map((await listLimits(database.direct)).map(({ coveredId, ...limits }) => [coveredId, limits]))
    },
    failed: (error) =>
      log.warn({ event: 'call-limits-unread', ...describeError(error) }, 'limits of calls could not be read'),
  })

  return {
    shared: { of: (id) => known.get(id) },
    routes: limitRoutes({ ...deps, changed: () => reader.again() }),
    start: () => {
      deps.changes.onChange(() => void reader.again())
      return reader.again()
    },
    stop: reader.stop,
  }
}
