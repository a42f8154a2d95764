import { type Listening, listenTo } from '../../../platform/db/index.ts'
import { createStrangers, type FloodRules, type Strangers } from '../../../platform/gates/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { Alerts } from '../alerts/index.ts'
import { blockRoutes } from './block-routes.ts'
import { hashSource, listInForce, recordFlood } from './record-flood.ts'

export { blockRoutes } from './block-routes.ts'
export { hashSource, listInForce, recordFlood } from './record-flood.ts'

export interface BlocksDeps extends Alerts {
  readonly databaseUrl: string
  readonly log: Log
  readonly floods: FloodRules
}

/** Addresses whose strangers are not answered for a while. */
export interface Blocks {
  readonly strangers: Strangers
  readonly routes: readonly Route[]
  /** Before anything is served. */
  start(): Promise<void>
  stop(): Promise<void>
}

const retryMs = 1000

export const createBlocks = (deps: BlocksDeps): Blocks => {
  const { database, clock, log, floods } = deps
  const tell = (flood: Parameters<typeof recordFlood>[1]) => recordFlood({ ...deps, blockMs: floods.blockMs }, flood)
  const strangers = createStrangers({ clock, log, floods, hashOf: hashSource(deps), tell })
  const changes: Listening = listenTo({ connectionString: deps.databaseUrl }, 'address_block_changed', log)
  let isStopped = false

  /** An answer that is older than the last change would take it back: readers take turns. */
  let reading: Promise<void> = Promise.resolve()
  const read = (): Promise<void> => {
    reading = reading.then(async () => {
      if (isStopped) return
      try {
        strangers.take(await listInForce(database.direct, clock.now()))
      } catch (error) {
        log.warn({ event: 'blocks-unread', ...describeError(error) }, 'blocks of addresses could not be read')
        setTimeout(() => void read(), retryMs).unref()
      }
    })
    return reading
  }

  return {
    strangers,
    routes: blockRoutes({ ...deps, changed: read }),
    start: async () => {
      changes.onChange(() => void read())
      await changes.start()
      await read()
    },
    stop: async () => {
      isStopped = true
      await changes.close()
      await strangers.flush()
      await reading
    },
  }
}
