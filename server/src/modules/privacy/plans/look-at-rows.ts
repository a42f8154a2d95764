import type { RetentionClass } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { createHolds, isOrganisations, type RetainedTable } from '../../../platform/gates/index.ts'
import { count } from '../check.ts'
import type { Plans } from './plan.ts'

/** What a look at the rows of one organisation found. */
export interface PlannedRows {
  readonly tables: number
  readonly rows: number
  /** Past the plan's period by more than the sweeper needs. */
  readonly late: readonly string[]
}

/** The sweep runs hourly, and a machine may be off for a night. */
const graceHours = 25

const countWhere = async (tx: Tx, table: string, condition: SQL): Promise<number> => {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier(table)} where ${condition}`,
  )
  return rows[0]?.n ?? 0
}

/** Counts an organisation's rows of one class that stand past its plan's period, apart from the retention gate. */
export const lookAtRows = async (
  tx: Tx,
  { clock, map, tables }: Pick<Plans, 'clock' | 'map'> & { readonly tables: readonly RetainedTable[] },
  wanted: { readonly organisationId: string; readonly class: RetentionClass; readonly period: string },
): Promise<PlannedRows> => {
  const now = clock.now()
  const late: string[] = []
  let [looked, rows] = [0, 0]
  for (const { table, column, rule } of tables) {
    const theirs = rule.class === wanted.class ? isOrganisations(map, table, [wanted.organisationId]) : null
    if (theirs === null) continue
    const held = createHolds(map).isHeld(table, now) ?? sql`false`
    const isLate = sql`${theirs} and (${sql.identifier(column)} at time zone 'UTC') + ${wanted.period}::interval + make_interval(hours => ${graceHours}) <= (${now.toISOString()}::timestamptz at time zone 'UTC') and not ${held}`
    const found = await countWhere(tx, table, isLate)
    looked++
    rows += await countWhere(tx, table, theirs)
    if (found > 0) late.push(`${count(found, 'row')} of ${table} past ${wanted.period}`)
  }
  return { tables: looked, rows, late }
}
