import type { Client } from 'pg'
import type { HourSum } from '../survey-usage.ts'
import { ever } from './month.ts'

/** Booking takes it shared, changing which budgets there are takes it alone: a new budget begins with all that is booked. */
export const budgetsLock = 728_114_029

/** Adds to budgets what is booked in this transaction. */
export type Spend = (client: Client, hours: readonly HourSum[]) => Promise<void>

/** @see Spend; called before the sums are written */
export const awaitBudgets = (client: Client) => client.query('select pg_advisory_xact_lock_shared($1)', [budgetsLock])

interface Spent {
  readonly budgetId: string
  readonly month: string
  readonly picos: string
}

const findCovering = async (client: Client, hours: readonly HourSum[]): Promise<Spent[]> => {
  const { rows } = await client.query<Spent>(
    `select b.id as "budgetId", to_char(p.start at time zone 'UTC', 'YYYY-MM-DD"T00:00:00Z"') as month, sum(s.picos)::text as picos
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::numeric[])
       as s (organisation_id, project_id, key_id, currency, hour, picos)
     join budget b on b.organisation_id = s.organisation_id and b.currency = s.currency
       and (b.project_id is null or b.project_id = s.project_id) and (b.key_ids is null or s.key_id = any (b.key_ids))
     cross join lateral (select case b.kind when 'prepaid' then $7 else date_trunc('month', s.hour, 'UTC') end) as p (start)
     where s.hour >= date_trunc(case b.kind when 'prepaid' then 'hour' else 'month' end, b.created_at, 'UTC')
     group by b.id, p.start having sum(s.picos) > 0 order by b.id, p.start`,
    [
      hours.map((sum) => sum.organisationId),
      hours.map((sum) => sum.projectId),
      hours.map((sum) => sum.keyId),
      hours.map((sum) => sum.currency),
      hours.map((sum) => sum.hour),
      hours.map((sum) => String(sum.costPicos)),
      new Date(ever).toISOString(),
    ],
  )
  return rows
}

/**
 * Moves what calls cost from their gateway's lease to the books, in the transaction that books them: at no moment is it in
 * both or in neither.
 * @param holder whose journal it comes from
 */
export const bookSpending =
  (holder: string): Spend =>
  async (client, hours) => {
    const spent = hours.some((sum) => sum.costPicos > 0n) ? await findCovering(client, hours) : []
    if (spent.length === 0) return
    const values = [spent.map((one) => one.budgetId), spent.map((one) => one.month), spent.map((one) => one.picos)]
    // The month's row first, as an exchange of leases does, so that the two cannot wait for each other.
    await client.query(
      `insert into budget_month as old (budget_id, month, spent_picos)
       select * from unnest($1::text[], $2::timestamptz[], $3::numeric[]) as s (budget_id, month, picos) order by 1, 2
       on conflict (budget_id, month) do update set spent_picos = old.spent_picos + excluded.spent_picos`,
      values,
    )
    await client.query(
      `update budget_lease l set amount_picos = l.amount_picos - s.picos
       from unnest($1::text[], $2::timestamptz[], $3::numeric[]) as s (budget_id, month, picos)
       where (l.budget_id, l.month, l.holder) = (s.budget_id, s.month, $4)`,
      [...values, holder],
    )
  }
