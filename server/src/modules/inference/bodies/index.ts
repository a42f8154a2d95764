import type { CompiledPolicy } from '@avow/policy'
import { Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import { type Database, ensureDayPartitions, type Listening, type MappedColumn } from '../../../platform/db/index.ts'
import type { PurposeGate } from '../../../platform/gates/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import type { Log } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { type BodyKeeper, createBodyKeeper } from './keep-bodies.ts'
import { createKeepings, refusalOfAll } from './keeping.ts'
import { keepingRoutes } from './keeping-routes.ts'
import { keptRoutes } from './kept-routes.ts'
import { createStoredCalls, type StoredCalls } from './stored-calls.ts'

export { bodyBytesKept, type Capture } from './capture.ts'
export type { BodyKeeper } from './keep-bodies.ts'
export type { KeptBodies, StoredCalls } from './stored-calls.ts'
export { bodyTables } from './tables.ts'

export interface BodiesDeps {
  readonly database: Database
  /** The same, for what a legal hold may cover. */
  readonly lawful: Database
  /** Word of what projects and plans say anew. */
  readonly changes: Listening
  readonly clock: Clock
  readonly log: Log
  readonly policy: Pick<CompiledPolicy, 'bodies' | 'retention'>
  readonly purposeGate: Pick<PurposeGate, 'allows'>
  readonly vault: Pick<Vault, 'sealFor' | 'openMany'>
  readonly map: readonly MappedColumn[]
  readonly registry: Registry
  /** Told of each wish to keep bodies that was refused. */
  readonly bodiesRefused: (rule: string) => void
}

/** Bodies of calls, for the projects that want to have them. */
export interface Bodies {
  readonly keeper: BodyKeeper
  readonly stored: StoredCalls
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  /** Reads what projects say, as it is in the database now. */
  refresh(): Promise<void>
  /** Writes what this process has in memory, if it can. */
  flush(): Promise<void>
  /** Reads which projects keep bodies; before anything is served. */
  start(): Promise<void>
  /** After the gateway has ended its calls. */
  stop(): Promise<void>
}

const daysAhead = 7

export const createBodies = (deps: BodiesDeps): Bodies => {
  const { database, clock, bodiesRefused: refused } = deps
  const keepings = createKeepings(deps)
  const keeper = createBodyKeeper({ ...deps, keepings })
  // Nobody waits for it: what this process cannot write yet is not there for a reader.
  const flush = (): Promise<void> => keeper.flush().catch(() => undefined)
  const isForNobody = refusalOfAll(deps) !== null
  const makeDays = async (): Promise<void> => {
    if (isForNobody) return
    await database.transaction((tx) => ensureDayPartitions(tx, 'kept_call', clock.now(), daysAhead))
  }
  return {
    keeper,
    stored: createStoredCalls({ ...deps, flush }),
    routes: [...keepingRoutes({ ...deps, keepings, refused }), ...keptRoutes({ ...deps, flush })],
    jobs: [{ name: 'inference-make-body-days', readsFor: ['provide'], cron: '19 */6 * * *', run: makeDays }],
    refresh: keepings.refresh,
    flush,
    start: async () => {
      await keepings.start()
      await makeDays()
      keeper.start()
    },
    stop: async () => {
      await keeper.stop()
      await keepings.stop()
    },
  }
}

/** The same anew, for a probe on a database of its own: nothing in it runs by itself. */
export type ProbeBodies = Pick<Bodies, 'keeper' | 'stored' | 'routes' | 'flush' | 'refresh'>

const unchanging: Listening = {
  onChange: () => () => undefined,
  isHearing: () => true,
  start: async () => undefined,
  close: async () => undefined,
}

type ProbeDeps = Omit<BodiesDeps, 'changes' | 'registry' | 'bodiesRefused'>
/** What differs from how the server keeps them. */
export type ProbeBodiesOn = Pick<ProbeDeps, 'database' | 'lawful' | 'log'> &
  Partial<Pick<ProbeDeps, 'vault' | 'policy' | 'purposeGate'>>

export const openProbeBodies = (deps: ProbeDeps): ProbeBodies =>
  createBodies({ ...deps, changes: unchanging, registry: new Registry(), bodiesRefused: () => undefined })
