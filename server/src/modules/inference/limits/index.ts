import type { Database, Listening } from '../../../platform/db/index.ts'
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

const retryMs = 1000

/** While they cannot be read, the limits that were known last hold on. */
export const createLimits = (deps: LimitsDeps): CallLimitsOfOthers => {
  const { database, log } = deps
  let known: ReadonlyMap<string, Limits> = new Map()
  let isStopped = false

  /** An answer that is older than the last change would take it back: readers take turns. */
  let reading: Promise<void> = Promise.resolve()
  const read = (): Promise<void> => {
    reading = reading.then(async () => {
      if (isStopped) return
      try {
        known = new Map((await listLimits(database.direct)).map(({ coveredId, ...limits }) => [coveredId, limits]))
      } catch (error) {
        log.warn({ event: 'call-limits-unread', ...describeError(error) }, 'limits of calls could not be read')
        setTimeout(() => void read(), retryMs).unref()
      }
    })
    return reading
  }

  return {
    shared: { of: (id) => known.get(id) },
    routes: limitRoutes({ ...deps, changed: read }),
    start: () => {
      deps.changes.onChange(() => void read())
      return read()
    },
    stop: async () => {
      isStopped = true
      await reading
    },
  }
}
