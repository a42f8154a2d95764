import { type CompiledPolicy, describePeriod, dueAt, type RetentionRule } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import {
  type Database,
  type DayPartition,
  ensureDayPartitions,
  listDayPartitions,
  type MappedColumn,
  retentionRun,
  type Tx,
} from '../db/index.ts'
import { recordDecision } from '../evidence/index.ts'
import { newId } from '../ids.ts'
import { createHolds, type Holds, lockHoldsShared } from './holds.ts'

/** A table under a period, as the data map and the policy together say. */
export interface RetainedTable {
  readonly table: string
  readonly column: string
  readonly rule: RetentionRule
  readonly partitioned: boolean
}

export interface SweepResult {
  readonly table: string
  readonly looked: number
  readonly removed: number
  readonly explanation: string
}

/** The only code that deletes by age. */
export interface RetentionGate {
  /** What is under which period. */
  readonly tables: readonly RetainedTable[]
  /** Reasons why the data map cannot keep what the policy promises; the server does not start with one. */
  readonly problems: readonly string[]
  /** Rows past their period now, in one table, and under no hold. */
  overdue(tx: Tx, of: RetainedTable): Promise<number>
  /** Deletes what is past its period, in bounded batches, and says what it did. */
  sweep(of: RetainedTable, signal?: AbortSignal): Promise<SweepResult>
}

const batchRows = 1000

const columnFor = (retention: MappedColumn['retention'], rule: RetentionRule): string | undefined => {
  if (!('from' in retention)) return undefined
  return typeof retention.from === 'string' ? retention.from : retention.from[rule.trigger]
}

const collect = (map: readonly MappedColumn[], policy: CompiledPolicy) => {
  const tables: RetainedTable[] = []
  const problems: string[] = []
  for (const [name, column] of new Map(map.map((one) => [one.table, one]))) {
    const { retention } = column
    if (!('from' in retention)) continue
    const rule = policy.retention(retention.class)
    if (rule === null) {
      problems.push(`${name}: the policy gives no period for ${retention.class}. Add it under retention`)
      continue
    }
    const from = columnFor(retention, rule)
    if (from === undefined)
      problems.push(`${name}: it has no column for the trigger ${rule.trigger} of ${retention.class}`)
    else tables.push({ table: name, column: from, rule, partitioned: retention.partitioned === 'day' })
  }
  return { tables, problems }
}

/** `column + period <= now`, with a looser bound that an index can serve in front. */
const isPast = (of: RetainedTable, now: Date): SQL | undefined => {
  if (of.rule.period === 'forever') return undefined
  const column = sql.identifier(of.column)
  const period = of.rule.period.text
  return sql`${column} <= ${now.toISOString()}::timestamptz and (${column} at time zone 'UTC') + ${period}::interval <= (${now.toISOString()}::timestamptz at time zone 'UTC')`
}

interface GateDeps {
  readonly database: Database
  readonly clock: Clock
  readonly holds: Holds
}

const countWhere = async (tx: Tx, table: string, condition: SQL = sql`true`): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${sql.identifier(table)} where ${condition}`,
  )
  return Number(rows[0]?.n ?? 0)
}

/** Rows that the gate may remove now. */
const isRemovable = (deps: Pick<GateDeps, 'holds'>, of: RetainedTable, now: Date, table: string): SQL | undefined => {
  const past = isPast(of, now)
  const held = deps.holds.isHeld(of.table, now, table)
  return past === undefined || held === null ? past : sql`${past} and not ${held}`
}

/** @param table the table itself, or one of its partitions: a row's ctid is unique within one of these only */
const sweepRows = async (
  deps: GateDeps,
  of: RetainedTable,
  table: string,
  signal: AbortSignal | undefined,
): Promise<number> => {
  const name = sql.identifier(table)
  let removed = 0
  for (;;) {
    const removable = isRemovable(deps, of, deps.clock.now(), table)
    if (removable === undefined || signal?.aborted) return removed
    const rowCount = await deps.database.transaction(async (tx) => {
      await lockHoldsShared(tx)
      const gone = await tx.execute(
        sql`delete from ${name} where ctid = any (array(select ctid from ${name} where ${removable} limit ${batchRows} for update skip locked))`,
      )
      return gone.rowCount ?? 0
    })
    removed += rowCount
    if (rowCount < batchRows) return removed
  }
}

/** Drops a day. What a hold covers is moved aside first and put back into a new partition of that day. */
const dropDay = (deps: GateDeps, of: RetainedTable, day: DayPartition): Promise<number> =>
  deps.database.transaction(async (tx) => {
    await lockHoldsShared(tx)
    const name = sql.identifier(day.name)
    const rows = await countWhere(tx, day.name)
    const held = deps.holds.isHeld(of.table, deps.clock.now(), day.name)
    const heldRows = held === null ? 0 : await countWhere(tx, day.name, held)
    if (heldRows > 0 && heldRows === rows) return 0
    if (heldRows > 0) {
      await tx.execute(sql`create temporary table held_aside on commit drop as select * from ${name} where ${held}`)
    }
    await tx.execute(sql`drop table ${name}`)
    if (heldRows > 0) {
      await ensureDayPartitions(tx, of.table, new Date(day.end.getTime() - 1), 1)
      await tx.execute(sql`insert into ${sql.identifier(of.table)} select * from held_aside`)
      await tx.execute(sql`drop table held_aside`)
    }
    return rows - heldRows
  })

const dropPastDays = async (deps: GateDeps, of: RetainedTable): Promise<number> => {
  let removed = 0
  for (const day of await listDayPartitions(deps.database.direct, of.table)) {
    const due = dueAt(day.end, of.rule.period)
    if (due !== null && due <= deps.clock.now()) removed += await dropDay(deps, of, day)
  }
  return removed
}

const countMax = 2_147_483_647

/** Writes what a run did where the report and people can read it. */
const recordRun = async (
  tx: Tx,
  clock: Clock,
  of: RetainedTable,
  run: { startedAt: Date; looked: number; removed: number; held: number },
): Promise<SweepResult> => {
  const { looked, removed, startedAt, held } = run
  const left = looked - removed
  const young = left - held
  const why = [
    ...(held > 0 ? [`${held} on hold`] : []),
    ...(young > 0 ? [held > 0 ? `${young} not due yet` : 'not due yet'] : []),
  ]
  const explanation = `${looked} looked at, ${removed} past ${describePeriod(of.rule.period)} removed, ${left} left${left === 0 ? '' : `: ${why.join(', ')}`}`
  await tx.insert(retentionRun).values({
    id: newId('rrn', clock),
    retentionClass: of.rule.class,
    tableName: of.table,
    period: of.rule.period === 'forever' ? 'forever' : of.rule.period.text,
    startedAt,
    finishedAt: clock.now(),
    looked: Math.min(looked, countMax),
    removed: Math.min(removed, countMax),
    explanation,
  })
  const rule = `retain(${of.rule.class})`
  if (removed > 0) await recordDecision(tx, clock, { gate: 'retention', decision: 'done', rule, counted: removed })
  return { table: of.table, looked, removed, explanation }
}

/** Rows past their period that stay because of a hold. */
const countHeld = async (tx: Tx, deps: GateDeps, of: RetainedTable): Promise<number> => {
  const now = deps.clock.now()
  const [past, held] = [isPast(of, now), deps.holds.isHeld(of.table, now)]
  return past === undefined || held === null ? 0 : countWhere(tx, of.table, sql`${past} and ${held}`)
}

const sweepTable = async (deps: GateDeps, of: RetainedTable, signal?: AbortSignal): Promise<SweepResult> => {
  const startedAt = deps.clock.now()
  const looked = await countWhere(deps.database.direct, of.table)
  let removed = of.partitioned ? await dropPastDays(deps, of) : 0
  const partitions = of.partitioned ? await listDayPartitions(deps.database.direct, of.table) : [{ name: of.table }]
  for (const { name } of partitions) removed += await sweepRows(deps, of, name, signal)
  return deps.database.transaction(async (tx) => {
    const held = await countHeld(tx, deps, of)
    return recordRun(tx, deps.clock, of, { startedAt, looked, removed, held })
  })
}

export const createRetentionGate = (given: {
  database: Database
  clock: Clock
  policy: CompiledPolicy
  map: readonly MappedColumn[]
}): RetentionGate => {
  const deps = { ...given, holds: createHolds(given.map) }
  return {
    ...collect(given.map, given.policy),
    overdue: async (tx, of) => {
      const removable = isRemovable(deps, of, deps.clock.now(), of.table)
      return removable === undefined ? 0 : countWhere(tx, of.table, removable)
    },
    sweep: (of, signal) => sweepTable(deps, of, signal),
  }
}
