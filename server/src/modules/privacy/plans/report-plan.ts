import type { planReportView } from '@avow/contract'
import { describePeriod, type PlanSetting, parsePeriod, type RetentionClass } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { createHolds, isOrganisations, obeyedSections, type RetainedTable } from '../../../platform/gates/index.ts'
import type { CheckedSystem } from '../check.ts'
import { count } from '../check.ts'
import type { Plans } from './plan.ts'

type Clause = z.input<typeof planReportView>['clauses'][number]

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

const sentence = (setting: PlanSetting, agreement: string): string => {
  const source = setting.compared === 'different' ? ` This is ${agreement}; the policy says ${setting.policy}.` : ''
  const words = (text: string): string => {
    const period = parsePeriod(text)
    return period === null ? text : describePeriod(period)
  }
  switch (setting.section) {
    case 'retention':
      return `${setting.name.slice('retention.'.length)} of this organisation is kept ${words(setting.value)}.${source}`
    case 'regions':
      return `Its data and work stay in ${setting.value}.${source}`
    case 'egress':
      return `Of the recipients its data goes to ${setting.value}.${source}`
    case 'training':
      return `Its content trains models: ${setting.value}.${source}`
    case 'support':
      return setting.value === 'never'
        ? `Staff do not see its data, not even to help it.${source}`
        : `Staff see its data as the policy says.${source}`
  }
}

/** The clauses of one organisation's agreement, checked now. */
export const reportPlan = async (
  system: Pick<CheckedSystem, 'database' | 'clock' | 'map' | 'gates'>,
  of: { readonly organisationId: string; readonly agreement: string; readonly settings: readonly PlanSetting[] },
): Promise<Clause[]> => {
  const clauses: Clause[] = []
  for (const [index, setting] of of.settings.entries()) {
    const id = `PLAN-${String(index + 1).padStart(2, '0')}`
    const base = { id, promise: sentence(setting, of.agreement), rule: `${setting.name}(${setting.value})` }
    if (setting.section !== 'retention' || !obeyedSections.has(setting.section)) {
      const reason = `not built yet: a gate that obeys ${setting.section} of a plan`
      clauses.push({ ...base, state: 'unproven', check: null, figure: null, reason })
      continue
    }
    const name = setting.name.slice('retention.'.length) as RetentionClass
    const wanted = { organisationId: of.organisationId, class: name, period: setting.value }
    const scope = { ...system, tables: system.gates.retention.tables }
    const { tables, rows, late } = await lookAtRows(system.database.direct, scope, wanted)
    const figure = `${late.length} of ${count(tables, 'table')} with rows past due, ${count(rows, 'row')} looked at`
    const reason = rows === 0 ? 'there are no rows of this organisation to look at yet' : null
    const good = rows === 0 ? ('unproven' as const) : ('kept' as const)
    const state = late.length > 0 ? ('broken' as const) : good
    clauses.push({ ...base, state, check: 'planned-rows', figure, reason: late.length > 0 ? late.join('; ') : reason })
  }
  return clauses
}
