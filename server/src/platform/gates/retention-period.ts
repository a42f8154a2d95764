import { dueAt, type Period, parsePeriod, type RetentionRule } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, listDayPartitions, type MappedColumn, type Tx } from '../db/index.ts'
import type { Holds } from './holds.ts'
import { findPlannedPeriods, isOrganisations, type PlannedPeriod } from './plans.ts'

/** A table under a period, as the data map and the policy together say. */
export interface RetainedTable {
  readonly table: string
  readonly column: string
  readonly rule: RetentionRule
  readonly partitioned: boolean
  /** The column of when a row ends before its period does; null: none does. */
  readonly sooner: string | null
}

/** What sweeping works with. */
export interface GateDeps {
  readonly database: Database
  readonly clock: Clock
  readonly holds: Holds
  readonly map: readonly MappedColumn[]
}

/** The plans that say something of a table's class, as they stand in one transaction. */
export interface Planned extends Pick<GateDeps, 'map'> {
  readonly plans: readonly PlannedPeriod[]
}

export const readPlans = async (tx: Tx, { map }: Pick<GateDeps, 'map'>, of: RetainedTable): Promise<Planned> => ({
  map,
  plans: await findPlannedPeriods(tx, of.rule.class),
})

/** Months differ in length: adding one to a day and taking it away again may miss that day by so many. */
const monthsMarginDays = 5

/**
 * `column + period <= at`, with a looser bound in front that an index can serve.
 * @param isWholeDay a row goes with its day: its period counts from the end of it
 */
const isPastPeriod = (of: RetainedTable, at: Date, period: Period, isWholeDay: boolean): SQL | undefined => {
  if (period === 'forever') return undefined
  const column = sql.identifier(of.column)
  const marginDays = period.years + period.months > 0 ? monthsMarginDays : 0
  const utcAt = sql`(${at.toISOString()}::timestamptz at time zone 'UTC')`
  const utcColumn = sql`(${column} at time zone 'UTC')`
  const from = isWholeDay ? sql`date_trunc('day', ${utcColumn}) + interval '1 day'` : utcColumn
  return sql`${column} <= ((${utcAt} - ${period.text}::interval + make_interval(days => ${marginDays})) at time zone 'UTC') and ${from} + ${period.text}::interval <= ${utcAt}`
}

/** Rows that their customer wants gone by now, though their period goes on. */
const isWantedGone = ({ sooner }: RetainedTable, at: Date): SQL[] =>
  sooner === null ? [] : [sql`coalesce(${sql.identifier(sooner)} <= ${at.toISOString()}::timestamptz, false)`]

/**
 * Rows past the period that holds for them: the policy's, that of their organisation's plan, or a sooner one of their
 * customer's. Where days are dropped whole, a row under the policy's period goes with its day; one under a plan goes by itself.
 * @param name the table, or one of its partitions
 */
export const isPast = ({ map, plans }: Planned, of: RetainedTable, at: Date, name = of.table): SQL | undefined => {
  const byPolicy = isPastPeriod(of, at, of.rule.period, of.partitioned)
  const ids = plans.flatMap((one) => one.organisationIds)
  const isPlanned = ids.length === 0 ? null : isOrganisations(map, of.table, ids, name)
  const byWish = isWantedGone(of, at)
  if (isPlanned === null) return joinedByOr(byPolicy === undefined ? byWish : [byPolicy, ...byWish])
  const byPlans = plans.flatMap(({ period, organisationIds }) => {
    const past = isPastPeriod(of, at, parsePeriod(period) ?? of.rule.period, false)
    const theirs = isOrganisations(map, of.table, organisationIds, name)
    return past === undefined || theirs === null ? [] : [sql`(${past} and ${theirs})`]
  })
  const unplanned = byPolicy === undefined ? [] : [sql`(${byPolicy} and ${isPlanned} is not true)`]
  return joinedByOr([...unplanned, ...byPlans, ...byWish])
}

const joinedByOr = (conditions: readonly SQL[]): SQL | undefined =>
  conditions.length === 0
    ? undefined
    : sql`(${sql.join(
        conditions.map((one) => sql`(${one})`),
        sql` or `,
      )})`

/** Rows that the gate may remove. @param at the instant up to which it sweeps */
export const isRemovable = async (
  tx: Tx,
  deps: GateDeps,
  of: RetainedTable,
  at: Date,
  name = of.table,
): Promise<SQL | undefined> => {
  const past = isPast(await readPlans(tx, deps, of), of, at, name)
  const held = deps.holds.isHeld(of.table, deps.clock.now(), name)
  return past === undefined || held === null ? past : sql`${past} and not ${held}`
}

export const countWhere = async (tx: Tx, table: string, condition: SQL = sql`true`): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${sql.identifier(table)} where ${condition}`,
  )
  return Number(rows[0]?.n ?? 0)
}

const findFirst = async (tx: Tx, of: RetainedTable, column: string, after: SQL): Promise<Date | null> => {
  const { rows } = await tx.execute<{ first: Date | string | null }>(
    sql`select min(${sql.identifier(column)}) as first from ${sql.identifier(of.table)} where ${sql.identifier(column)} > ${after}`,
  )
  const first = rows[0]?.first
  return first == null ? null : new Date(first)
}

/** The last moment that a database and everybody who reads the report can write: later is never. */
const lastMs = Date.parse('9999-12-31T23:59:59Z')

const nextByPolicy = async (tx: Tx, of: RetainedTable, at: Date): Promise<Date | null> => {
  if (of.rule.period === 'forever') return null
  if (of.partitioned) {
    const due = (await listDayPartitions(tx, of.table)).map(({ end }) => dueAt(end, of.rule.period))
    return due.find((one) => one !== null && one > at) ?? null
  }
  const begun = sql`((${at.toISOString()}::timestamptz at time zone 'UTC' - ${of.rule.period.text}::interval) at time zone 'UTC')`
  const first = await findFirst(tx, of, of.column, begun)
  const due = first === null ? null : dueAt(first, of.rule.period)
  return due === null || due.getTime() > lastMs ? null : due
}

/** When the next row falls due that is not yet, by the policy's period or its customer's wish; null when there is none. */
export const findNextDue = async (tx: Tx, of: RetainedTable, at: Date): Promise<Date | null> => {
  const byPolicy = await nextByPolicy(tx, of, at)
  if (of.sooner === null) return byPolicy
  const byWish = await findFirst(tx, of, of.sooner, sql`${at.toISOString()}::timestamptz`)
  return byPolicy === null || (byWish !== null && byWish < byPolicy) ? byWish : byPolicy
}
