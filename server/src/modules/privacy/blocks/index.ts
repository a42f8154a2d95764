import { type Listening, listenTo, readInTurn } from '../../../platform/db/index.ts'
import { createStrangers, type FloodRules, type Strangers } from '../../../platform/gates/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { SuddenSpend } from '../../billing/index.ts'
import { blockRoutes } from './block-routes.ts'
import { hashSource, listInForce, listThrottles, recordFlood } from './record-flood.ts'
import { recordSpend, type SpendRecorder } from './record-spend.ts'
import { createThrottles, type Throttles } from './throttles.ts'

export { blockRoutes } from './block-routes.ts'
export { hashSource, listInForce, listThrottles, recordFlood } from './record-flood.ts'
export { recordSpend, type SpendRules } from './record-spend.ts'
export { createThrottles, type Throttles } from './throttles.ts'

export interface BlocksDeps extends SpendRecorder {
  readonly databaseUrl: string
  readonly log: Log
  readonly floods: FloodRules
}

/** Addresses whose strangers are not answered for a while, and keys and projects that are slowed down. */
export interface Blocks {
  readonly api: {
    /** Counts what nobody known asks for, and holds floods off. */
    readonly strangers: Strangers
    readonly throttles: Pick<Throttles, 'of'>
    /** Tells of sudden spending, and slows it down where the settings say so. */
    suddenSpend(spend: SuddenSpend): Promise<void>
  }
  readonly routes: readonly Route[]
  /** Before anything is served. */
  start(): Promise<void>
  stop(): Promise<void>
}

export const createBlocks = (deps: BlocksDeps): Blocks => {
  const { database, clock, log, floods } = deps
  const tell = (flood: Parameters<typeof recordFlood>[1]) => recordFlood({ ...deps, blockMs: floods.blockMs }, flood)
  const strangers = createStrangers({ clock, log, floods, hashOf: hashSource(deps), tell })
  const throttles = createThrottles(clock)
  const changes: Listening = listenTo({ connectionString: deps.databaseUrl }, 'address_block_changed', log)
  const reader = readInTurn({
    read: async () => {
      strangers.take(await listInForce(database.direct, clock.now()))
      throttles.take(await listThrottles(database.direct, clock.now()))
    },
    failed: (error) =>
      log.warn({ event: 'blocks-unread', ...describeError(error) }, 'blocks of addresses could not be read'),
  })

  return {
    api: {
      strangers,
      throttles,
      suddenSpend: async (spend) => {
        if (await recordSpend(deps, spend)) await reader.again()
      },
    },
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
