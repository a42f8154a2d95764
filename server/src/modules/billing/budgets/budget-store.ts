import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { budgetsLock } from './book-spending.ts'
import { type BudgetRow, budget, budgetAlert } from './tables.ts'

/** Every budget, for a gateway's memory. */
export const listBudgets = (tx: Tx): Promise<BudgetRow[]> => tx.select().from(budget)

export interface BudgetFigures {
  readonly spentPicos: bigint
  /** Of all gateways. */
  readonly leasedPicos: bigint
  readonly refusedAt: Date | null
  readonly alerts: readonly { readonly percent: number; readonly at: Date }[]
}

/** Monthly budgets of an organisation, the widest first. */
export const listOwnBudgets = (tx: Tx, organisationId: string): Promise<BudgetRow[]> =>
  tx
    .select()
    .from(budget)
    .where(and(eq(budget.organisationId, organisationId), eq(budget.kind, 'month')))
    .orderBy(sql`${budget.projectId} nulls first, ${budget.keyId} nulls first`)

export const findBudget = async (tx: Tx, organisationId: string, id: string): Promise<BudgetRow | undefined> => {
  const [row] = await tx
    .select()
    .from(budget)
    .where(and(eq(budget.organisationId, organisationId), eq(budget.id, id), eq(budget.kind, 'month')))
  return row
}

/** What a month holds of each of these budgets. */
export const figuresOf = async (
  tx: Tx,
  budgetIds: readonly string[],
  month: number,
): Promise<ReadonlyMap<string, BudgetFigures>> => {
  const at = new Date(month).toISOString()
  const ids = sql`${sql.param([...budgetIds])}::text[]`
  const { rows } = await tx.execute<{ id: string; spent: string; leased: string; refused: string | null }>(sql`
    select budget_id as id, spent_picos::text as spent, to_json(refused_at) #>> '{}' as refused,
      (select coalesce(sum(greatest(amount_picos, 0)), 0)::text from budget_lease l where l.budget_id = m.budget_id and l.month = m.month and l.expires_at > now()) as leased
    from budget_month m where month = ${at} and budget_id = any (${ids})`)
  const alerts = await tx
    .select()
    .from(budgetAlert)
    .where(and(eq(budgetAlert.month, new Date(month)), sql`${budgetAlert.budgetId} = any (${ids})`))
    .orderBy(budgetAlert.percent)
  return new Map(
    rows.map(({ id, spent, leased, refused }) => [
      id,
      {
        spentPicos: BigInt(spent),
        leasedPicos: BigInt(leased),
        refusedAt: refused === null ? null : new Date(refused),
        alerts: alerts.filter(({ budgetId }) => budgetId === id),
      },
    ]),
  )
}

/** Nothing is booked while the set of budgets changes. */
export const holdBooking = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(${budgetsLock})`)

/**
 * Makes a budget that begins with what is booked of its month.
 * @returns false when there is one for the same
 */
export const insertBudget = async (tx: Tx, row: BudgetRow, month: number): Promise<boolean> => {
  await holdBooking(tx)
  const made = await tx.insert(budget).values(row).onConflictDoNothing().returning({ id: budget.id })
  if (made.length === 0) return false
  const { id, organisationId, projectId, keyIds, currency } = row
  const at = new Date(month).toISOString()
  await tx.execute(sql`
    insert into budget_month (budget_id, month, spent_picos)
    select ${id}, ${at}, coalesce(sum(cost_picos), 0) from usage_hour
    where organisation_id = ${organisationId} and hour >= ${at} and currency = ${currency}
      and (${projectId}::text is null or project_id = ${projectId})
      and (${sql.param(keyIds)}::text[] is null or key_id = any (${sql.param(keyIds)}::text[]))`)
  return true
}

export const updateBudget = async (tx: Tx, row: BudgetRow): Promise<void> => {
  const { limitMicros, thresholds, changedBy, changedAt } = row
  await tx.update(budget).set({ limitMicros, thresholds, changedBy, changedAt }).where(eq(budget.id, row.id))
}

export const removeBudget = async (tx: Tx, id: string): Promise<void> => {
  await holdBooking(tx)
  await tx.delete(budget).where(eq(budget.id, id))
}
