import { dueAt, type RetentionRule } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../../platform/db/index.ts'
import {
  createHolds,
  findPlannedPeriods,
  isOrganisations,
  type RetainedTable,
  type RetentionGate,
} from '../../../platform/gates/index.ts'
import { awaiting } from '../awaited-features.ts'
import { type Check, count, finding, probe } from '../check.ts'

/** A row may stand this long past its period: the sweep runs hourly, and a machine may be off for a night. */
const graceHours = 25

const dayMs = 86_400_000
/** Months differ in length: what is worked out from today's is right to this many days. */
const marginDays = 5

const nameOf = (table: string): SQL =>
  sql.join(
    table.split('.').map((part) => sql.identifier(part)),
    sql.raw('.'),
  )

/** The instant whose period ends at `now`, to the margin. */
const beginning = (rule: RetentionRule, now: Date): Date | null => {
  if (rule.period === 'forever') return null
  const length = (dueAt(now, rule.period) ?? now).getTime() - now.getTime()
  return new Date(now.getTime() - length)
}

/** Rows in a table; counted below a million, estimated by the planner's statistics above. */
const countAll = async (database: Database, table: string): Promise<number> => {
  const { rows } = await database.direct.execute<{ estimate: string }>(
    sql`select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as estimate from pg_class where oid = ${table}::regclass or oid in (select inhrelid from pg_inherits where inhparent = ${table}::regclass)`,
  )
  const estimate = Number(rows[0]?.estimate ?? 0)
  if (estimate > 1_000_000) return estimate
  const counted = await database.direct.execute<{ n: string }>(sql`select count(*) as n from ${nameOf(table)}`)
  return Number(counted.rows[0]?.n ?? 0)
}

/** Rows for which a plan sets another period: the check of plans looks at them. */
const isPlanned = async (database: Database, map: readonly MappedColumn[], of: RetainedTable): Promise<SQL> => {
  const plans = await findPlannedPeriods(database.direct, of.rule.class)
  const ids = plans.flatMap(({ organisationIds }) => organisationIds)
  return (ids.length === 0 ? null : isOrganisations(map, of.table, ids)) ?? sql`false`
}

/** Rows past period and grace, worked out apart from the gate; the first condition lets an index serve. */
const countLate = async (
  database: Database,
  clock: Clock,
  map: readonly MappedColumn[],
  of: RetainedTable,
): Promise<number> => {
  const { period } = of.rule
  const now = clock.now()
  const start = beginning(of.rule, now)
  if (period === 'forever' || start === null) return 0
  const column = sql.identifier(of.column)
  const nearDue = new Date(start.getTime() + marginDays * dayMs).toISOString()
  const held = createHolds(map).isHeld(of.table, now) ?? sql`false`
  const planned = await isPlanned(database, map, of)
  const isLate = sql`${column} <= ${nearDue}::timestamptz and (${column} at time zone 'UTC') + ${period.text}::interval + make_interval(hours => ${graceHours}) <= (${now.toISOString()}::timestamptz at time zone 'UTC') and ${planned} is not true`
  const isUnwanted =
    of.sooner === null
      ? sql`false`
      : sql`${sql.identifier(of.sooner)} + make_interval(hours => ${graceHours}) <= ${now.toISOString()}::timestamptz`
  const { rows } = await database.direct.execute<{ late: string }>(
    sql`select count(*) as late from ${nameOf(of.table)} where ((${isLate}) or ${isUnwanted}) and not ${held}`,
  )
  return Number(rows[0]?.late ?? 0)
}

/**
 * Puts rows into a temporary table that hides the real one in this transaction, one due and one not, and where customers
 * may want rows gone sooner, one more of which that is so; and sees whether the gate selects what is due.
 */
const gateFindsDueRow = async (
  database: Database,
  clock: Clock,
  gate: RetentionGate,
  of: RetainedTable,
): Promise<boolean> => {
  const now = clock.now()
  const start = beginning(of.rule, now)
  if (start === null) return true
  return probe(database, async (tx) => {
    const name = sql.identifier(of.table)
    await tx.execute(sql`create temporary table ${name} on commit drop as select * from public.${name} limit 0`)
    // The probe's rows are on no hold, whatever holds there are.
    if (of.table !== 'legal_hold')
      await tx.execute(sql`create temporary table legal_hold on commit drop as select * from public.legal_hold limit 0`)
    const due = new Date(start.getTime() - marginDays * dayMs)
    const notDue = new Date(Math.min(now.getTime(), start.getTime() + marginDays * dayMs))
    await tx.execute(
      sql`insert into ${name} (${sql.identifier(of.column)}) values (${due.toISOString()}::timestamptz), (${notDue.toISOString()}::timestamptz)`,
    )
    if (of.sooner !== null)
      await tx.execute(
        sql`insert into ${name} (${sql.identifier(of.column)}, ${sql.identifier(of.sooner)}) values (${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz)`,
      )
    const expected = dueAt(notDue, of.rule.period)
    const isSecondDue = expected !== null && expected <= now
    return (await gate.overdue(tx, of)) === 1 + (isSecondDue ? 1 : 0) + (of.sooner === null ? 0 : 1)
  })
}

/** Tables whose rows follow a parent must be tied to it, or they outlive it. */
const untied = async (
  database: Database,
  map: readonly MappedColumn[],
  name: string,
): Promise<{ looked: number; loose: string[] }> => {
  const followers = new Map<string, string>()
  for (const { table, retention } of map) {
    if (retention.class === name && 'with' in retention && retention.with !== table && !table.includes('.'))
      followers.set(table, retention.with)
  }
  const { rows } = await database.direct.execute<{ child: string; parent: string }>(
    sql`select c.relname as child, p.relname as parent from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class p on p.oid = f.confrelid where f.contype = 'f' and f.confdeltype = 'c'`,
  )
  const isTied = ([child, parent]: [string, string]) => rows.some((row) => row.child === child && row.parent === parent)
  const loose = [...followers]
    .filter((pair) => !isTied(pair))
    .map(([child, parent]) => `rows of ${child} are not deleted with ${parent}`)
  return { looked: followers.size, loose }
}

/** Counts rows past their period in every table of the class, and sees that the gate would find such a row. */
export const retainedRows: Check<'retain'> = {
  name: 'retained-rows',
  run: async (rule, { clock, database, gates, map, policy }) => {
    const wanted = policy.retention(rule.argument)
    const tables = gates.retention.tables.filter((of) => of.rule.class === rule.argument)
    const { looked: followers, loose } = await untied(database, map, rule.argument)
    const violations = [...loose]
    let rows = 0
    let lateRows = 0
    for (const of of tables) {
      const late = await countLate(database, clock, map, of)
      rows += await countAll(database, of.table)
      lateRows += late
      if (late > 0)
        violations.push(
          `${count(late, 'row')} of ${of.table} past ${wanted?.period === 'forever' ? 'for ever' : wanted?.period.text}`,
        )
      if (of.rule.period !== wanted?.period) violations.push(`${of.table} is swept by another period than the policy's`)
      if (!(await gateFindsDueRow(database, clock, gates.retention, of)))
        violations.push(`the retention gate does not find a row of ${of.table} that is due`)
    }
    const figure = `${lateRows} of ${count(rows, 'row')} past due in ${count(tables.length, 'table')}`
    return finding(
      tables.length + followers,
      violations,
      figure,
      tables.length + followers === 0 ? `no table holds rows of ${rule.argument} (${awaiting([rule.argument])})` : null,
    )
  },
}
