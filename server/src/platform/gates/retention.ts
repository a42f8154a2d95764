import { type CompiledPolicy, describePeriod, dueAt, type RetentionRule } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, listDayPartitions, type MappedColumn, retentionRun, type Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/index.ts'
import { newId } from '../ids.ts'

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
  /** Rows past their period now, in one table. */
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
}

const countAll = async (tx: Tx, table: string): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(sql`select count(*) as n from ${sql.identifier(table)}`)
  return Number(rows[0]?.n ?? 0)
}

const countPast = async (tx: Tx, of: RetainedTable, now: Date): Promise<number> => {
  const past = isPast(of, now)
  if (past === undefined) return 0
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${sql.identifier(of.table)} where ${past}`,
  )
  return Number(rows[0]?.n ?? 0)
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
    const past = isPast(of, deps.clock.now())
    if (past === undefined || signal?.aborted) return removed
    const { rowCount } = await deps.database.direct.execute(
      sql`delete from ${name} where ctid = any (array(select ctid from ${name} where ${past} limit ${batchRows} for update skip locked))`,
    )
    removed += rowCount ?? 0
    if ((rowCount ?? 0) < batchRows) return removed
  }
}

const dropPastDays = async (deps: GateDeps, of: RetainedTable): Promise<number> => {
  let removed = 0
  for (const partition of await listDayPartitions(deps.database.direct, of.table)) {
    const due = dueAt(partition.end, of.rule.period)
    if (due === null || due > deps.clock.now()) continue
    removed += await deps.database.transaction(async (tx) => {
      const rows = await countAll(tx, partition.name)
      await tx.execute(sql`drop table ${sql.identifier(partition.name)}`)
      return rows
    })
  }
  return removed
}

const countMax = 2_147_483_647

/** Writes what a run did where the report and people can read it. */
const recordRun = async (
  tx: Tx,
  clock: Clock,
  of: RetainedTable,
  run: { startedAt: Date; looked: number; removed: number },
): Promise<SweepResult> => {
  const { looked, removed, startedAt } = run
  const left = looked - removed
  const explanation = `${looked} looked at, ${removed} past ${describePeriod(of.rule.period)} removed, ${left} left${left === 0 ? '' : ': not due yet'}`
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

export const createRetentionGate = (
  deps: GateDeps & { policy: CompiledPolicy; map: readonly MappedColumn[] },
): RetentionGate => ({
  ...collect(deps.map, deps.policy),
  overdue: (tx, of) => countPast(tx, of, deps.clock.now()),
  sweep: async (of, signal) => {
    const startedAt = deps.clock.now()
    const looked = await countAll(deps.database.direct, of.table)
    let removed = of.partitioned ? await dropPastDays(deps, of) : 0
    const partitions = of.partitioned ? await listDayPartitions(deps.database.direct, of.table) : [{ name: of.table }]
    for (const { name } of partitions) removed += await sweepRows(deps, of, name, signal)
    return deps.database.transaction((tx) => recordRun(tx, deps.clock, of, { startedAt, looked, removed }))
  },
})
