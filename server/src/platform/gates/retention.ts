import type { CompiledPolicy } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, listDayPartitions, type MappedColumn, type Tx } from '../db/index.ts'
import { createHolds, lockHoldsShared } from './holds.ts'
import { dropPastDays } from './retention-days.ts'
import { sweepInstant } from './retention-instant.ts'
import {
  countWhere,
  findNextDue,
  type GateDeps,
  isPast,
  isRemovable,
  type RetainedTable,
  readPlans,
} from './retention-period.ts'
import { recordRun, type SweepResult } from './retention-run.ts'
import { collectTables } from './retention-tables.ts'

export type { RetainedTable } from './retention-period.ts'
export type { SweepResult } from './retention-run.ts'

/** The only code that deletes by age. */
export interface RetentionGate {
  /** What is under which period. */
  readonly tables: readonly RetainedTable[]
  /** Reasons why the data map cannot keep what the policy promises; the server does not start with one. */
  readonly problems: readonly string[]
  /** Up to when it sweeps now: behind the clock after a jump of it. What else expires goes by it too. */
  instant(tx: Tx): Promise<Date>
  /** Rows past their period now, in one table, and under no hold. */
  overdue(tx: Tx, of: RetainedTable): Promise<number>
  /** Deletes what is past its period, in bounded batches, and says what it did. */
  sweep(of: RetainedTable, signal?: AbortSignal): Promise<SweepResult>
}

const batchRows = 1000

/** @param table the table itself, or one of its partitions: a row's ctid is unique within one of these only */
const sweepRows = async (
  deps: GateDeps,
  of: RetainedTable,
  at: Date,
  table: string,
  signal?: AbortSignal,
): Promise<number> => {
  const name = sql.identifier(table)
  let removed = 0
  for (;;) {
    if (signal?.aborted) return removed
    const rowCount = await deps.database.transaction(async (tx) => {
      await lockHoldsShared(tx)
      const removable = await isRemovable(tx, deps, of, at, table)
      if (removable === undefined) return 0
      const gone = await tx.execute(
        sql`delete from ${name} where ctid = any (array(select ctid from ${name} where ${removable} limit ${batchRows} for update skip locked))`,
      )
      return gone.rowCount ?? 0
    })
    removed += rowCount
    if (rowCount < batchRows) return removed
  }
}

/** Rows past their period that stay because of a hold. */
const countHeld = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date): Promise<number> => {
  const past = isPast(await readPlans(tx, deps, of), of, at)
  const held = deps.holds.isHeld(of.table, deps.clock.now())
  return past === undefined || held === null ? 0 : countWhere(tx, of.table, sql`${past} and ${held}`)
}

/** Whether any row is past its period: most runs find none, and need neither locks nor holds. */
const isAnyPast = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date): Promise<boolean> => {
  const past = isPast(await readPlans(tx, deps, of), of, at)
  if (past === undefined) return false
  return ((await tx.execute(sql`select 1 from ${sql.identifier(of.table)} where ${past} limit 1`)).rowCount ?? 0) > 0
}

/** Days are dropped whole; only rows that an organisation's plan or its own wish ends sooner go one by one. */
const removeRows = async (deps: GateDeps, of: RetainedTable, at: Date, signal?: AbortSignal): Promise<number> => {
  const { direct } = deps.database
  let removed = of.partitioned ? await dropPastDays(deps, of, at) : 0
  const isByDay = of.partitioned && of.sooner === null
  if (isByDay && (await readPlans(direct, deps, of)).plans.length === 0) return removed
  if (!(await isAnyPast(direct, deps, of, at))) return removed
  const parts = of.partitioned ? await listDayPartitions(direct, of.table) : [{ name: of.table }]
  for (const { name } of parts) removed += await sweepRows(deps, of, at, name, signal)
  return removed
}

const sweepTable = async (deps: GateDeps, of: RetainedTable, signal?: AbortSignal): Promise<SweepResult> => {
  const { clock, database } = deps
  const startedAt = clock.now()
  const instant = await sweepInstant(database.direct, clock)
  const removed = await removeRows(deps, of, instant.at, signal)
  const left = await isAnyPast(database.direct, deps, of, instant.at)
  const held = left ? await countHeld(database.direct, deps, of, instant.at) : 0
  const nextDueAt = await findNextDue(database.direct, of, instant.at)
  return database.transaction((tx) => recordRun(tx, clock, of, { startedAt, instant, removed, held, nextDueAt }))
}

export const createRetentionGate = (given: {
  database: Database
  clock: Clock
  policy: CompiledPolicy
  map: readonly MappedColumn[]
}): RetentionGate => {
  const deps = { ...given, holds: createHolds(given.map) }
  return {
    ...collectTables(given.map, given.policy),
    instant: async (tx) => (await sweepInstant(tx, deps.clock)).at,
    overdue: async (tx, of) => {
      const all = deps.database.on(tx)
      const removable = await isRemovable(all, deps, of, deps.clock.now())
      return removable === undefined ? 0 : countWhere(all, of.table, removable)
    },
    sweep: (of, signal) => sweepTable(deps, of, signal),
  }
}
