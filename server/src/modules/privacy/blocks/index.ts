import { type Listening, listenTo, readInTurn } from '../../../platform/db/index.ts'
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

export const createBlocks = (deps: BlocksDeps): Blocks => {
  const { database, clock, log, floods } = deps
  const tell = (flood: Parameters<typeof recordFlood>[1]) => recordFlood({ ...deps, blockMs: floods.blockMs }, flood)
  const strangers = createStrangers({ clock, log, floods, hashOf: hashSource(deps), tell })
  const changes: Listening = listenTo({ connectionString: deps.databaseUrl }, 'address_block_changed', log)
  const reader = readInTurn({
    read: async () => strangers.take(await listInForce(database.direct, clock.now())),
    failed: (error) =>
      log.warn({ event: 'blocks-unread', ...describeError(error) }, 'blocks of addresses could not be read'),
  })

  return {
    strangers,
    routes: blockRoutes({ ...deps, changed: () => reader.again() }),
    start: async () => {
      changes.onChange(() => void reader.again())
      await changes.start()
      await reader.again()
    },
    stop: async () => {
      const read = reader.stop()
      await changes.close()
      await strangers.flush()
      await read
    },
  }
}
