import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { tellJob } from './tell-thresholds.ts'

/** What a gateway asks of a budget's row. Amounts are picos: millionths of a micro-unit. */
export interface Exchange {
  /** Differs from all others; one that is asked again is not done again. */
  readonly id: string
  readonly budgetId: string
  /** Its first instant, ms. */
  readonly month: number
  readonly holder: string
  /** Not needed any more. */
  readonly give: bigint
  /** The least that is of use; 0: nothing is wanted, the lease shall only last. */
  readonly want: bigint
  /** What would be of use. */
  readonly desire: bigint
}

export interface Exchanged {
  /** 0 when less than was wanted is left. */
  readonly granted: bigint
  /** Of the budget for everybody, after this. */
  readonly left: bigint
  /** What the gateway thought to hold had ended: only what was granted now is its own. */
  readonly wasLost: boolean
}

/** How long a lease outlives its last renewal, in seconds: what a gateway that never comes back keeps from others. */
export const leaseSeconds = 300
/** A grant is no smaller than this part of what is left, so that a gateway asks seldom; several share the rest. */
const shareOfLeft = 8n

interface Standing extends Record<string, unknown> {
  readonly limit: string
  readonly spent: string
  readonly leased: string
  readonly mine: string | null
  readonly exchange: string | null
  readonly granted: string | null
}

/** Locks the month's row: exchanges, and the booking of what was spent, take turns on it. */
const lockMonth = async (tx: Tx, { budgetId, month }: Exchange): Promise<boolean> => {
  const at = new Date(month).toISOString()
  await tx.execute(
    sql`insert into budget_month (budget_id, month) select id, ${at} from budget where id = ${budgetId} on conflict do nothing`,
  )
  const { rows } = await tx.execute(
    sql`select 1 from budget_month where budget_id = ${budgetId} and month = ${at} for update`,
  )
  return rows.length > 0
}

const standingOf = async (tx: Tx, { budgetId, month, holder }: Exchange): Promise<Standing | undefined> => {
  const at = new Date(month).toISOString()
  const { rows } = await tx.execute<Standing>(sql`
    select (b.limit_micros::numeric * 1000000)::text as limit, m.spent_picos::text as spent,
      (select coalesce(sum(greatest(amount_picos, 0)), 0)::text from budget_lease l where l.budget_id = b.id and l.month = m.month and l.expires_at > now()) as leased,
      own.amount_picos::text as mine, own.exchange, own.granted_picos::text as granted
    from budget b join budget_month m on m.budget_id = b.id and m.month = ${at}
      left join budget_lease own on own.budget_id = b.id and own.month = m.month and own.holder = ${holder} and own.expires_at > now()
    where b.id = ${budgetId}`)
  return rows[0]
}

const grantOf = ({ want, desire }: Exchange, left: bigint): bigint => {
  if (want === 0n || left < want) return 0n
  const share = left / shareOfLeft
  const wished = desire > share ? desire : share
  return wished < left ? wished : left
}

/** One that has ended holds nothing, and begins anew. */
const saveLease = async (tx: Tx, { id, budgetId, month, holder, give }: Exchange, granted: bigint): Promise<void> => {
  await tx.execute(sql`
    insert into budget_lease as old (budget_id, month, holder, amount_picos, exchange, granted_picos, expires_at)
    values (${budgetId}, ${new Date(month).toISOString()}, ${holder}, ${String(granted)}, ${id}, ${String(granted)}, now() + ${leaseSeconds} * interval '1 second')
    on conflict (budget_id, month, holder) do update set
      amount_picos = case when old.expires_at > now() then old.amount_picos else 0 end + ${String(granted)}::numeric - ${String(give)}::numeric,
      exchange = excluded.exchange, granted_picos = excluded.granted_picos, expires_at = excluded.expires_at`)
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/**
 * Gives back, takes and renews in one step. Never is more leased and booked together than the limit.
 * @param holds whether the gateway thinks that it has a lease
 * @returns null when there is no such budget any more
 */
export const exchangeLease = (tx: Tx, asked: Exchange, holds: boolean): Promise<Exchanged | null> =>
  tx.transaction(async (inner) => {
    if (!(await lockMonth(inner, asked))) return null
    const standing = await standingOf(inner, asked)
    if (standing === undefined) return null
    const free = BigInt(standing.limit) - BigInt(standing.spent) - BigInt(standing.leased)
    if (standing.exchange === asked.id) return { granted: BigInt(standing.granted ?? 0), left: free, wasLost: false }
    const wasLost = holds && standing.mine === null
    const returned = wasLost ? 0n : asked.give
    // What was booked of this lease beyond its amount is money that cannot be given back.
    const left = free + min(returned, BigInt(standing.mine ?? 0) > 0n ? BigInt(standing.mine ?? 0) : 0n)
    const granted = grantOf(asked, left)
    await saveLease(inner, { ...asked, give: returned }, granted)
    return { granted, left: left - granted, wasLost }
  })

/** A call was turned away: those who can raise the budget are told at once, not within the minute. */
export const noteRefusal = async (tx: Tx, { budgetId, month }: Pick<Exchange, 'budgetId' | 'month'>): Promise<void> => {
  await tx.execute(
    sql`update budget_month set refused_at = now() where budget_id = ${budgetId} and month = ${new Date(month).toISOString()}`,
  )
  await enqueue(tx, tellJob, {}, { key: tellJob })
}

/** Ends every lease of a holder: what it spent is in the books. */
export const endLeases = async (tx: Tx, holder: string): Promise<void> => {
  await tx.execute(sql`delete from budget_lease where holder = ${holder}`)
}
