import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../platform/db/index.ts'
import { batchPrefix } from './usage-event.ts'

/** Whose usage: the tenant is always an argument. */
export type UsageScope = { readonly projectId: string } | { readonly organisationId: string }

export interface UsageQuestion {
  readonly since: Date
  readonly until: Date
  readonly groupBy: 'hour' | 'day' | 'model' | 'key'
  readonly model?: string | undefined
  readonly keyId?: string | undefined
}

/** Sums; money and counts as decimal text, as PostgreSQL gives numerics. */
export interface UsageSums {
  readonly at: string | null
  readonly model: string | null
  readonly keyId: string | null
  readonly requests: string
  readonly failedRequests: string
  /** Lines of batches. */
  readonly batchRequests: string
  readonly promptTokens: string
  readonly completionTokens: string
  /** Exact: millionths of a micro-unit. */
  readonly costPicos: string
}

const hourMs = 3_600_000

/** Whole hours come from the sums by hour; the parts of an hour at either end from the events themselves. */
const splitHours = ({ since, until }: UsageQuestion) => {
  const first = Math.ceil(since.getTime() / hourMs) * hourMs
  const last = Math.floor(until.getTime() / hourMs) * hourMs
  return first <= last ? { first: new Date(first), last: new Date(last) } : { first: until, last: until }
}

const timestamp = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`

/** Sums of usage by the wanted group, oldest or largest first. */
export const sumUsage = async (tx: Tx, scope: UsageScope, question: UsageQuestion): Promise<UsageSums[]> => {
  const { since, until, groupBy, model, keyId } = question
  const { first, last } = splitHours(question)
  const tenant =
    'projectId' in scope ? sql`project_id = ${scope.projectId}` : sql`organisation_id = ${scope.organisationId}`
  const wanted = sql`${tenant}${model === undefined ? sql`` : sql` and model = ${model}`}${keyId === undefined ? sql`` : sql` and key_id = ${keyId}`}`
  const byTime = groupBy === 'hour' || groupBy === 'day'
  const at = byTime ? sql`date_trunc(${sql.raw(`'${groupBy}'`)}, at, 'UTC')` : sql`null::timestamptz`
  const { rows } = await tx.execute<UsageSums & Record<string, unknown>>(sql`
    with used as (
      select hour as at, model, key_id, requests, failed_requests, batch_requests, prompt_tokens, completion_tokens, cost_picos
      from usage_hour where ${wanted} and hour >= ${timestamp(first)} and hour < ${timestamp(last)}
      union all
      select at, model, key_id, 1, (outcome in ('upstream_failed', 'interrupted'))::int, starts_with(id, ${batchPrefix})::int, prompt_tokens, completion_tokens,
        prompt_tokens::numeric * prompt_micros_per_million + completion_tokens::numeric * completion_micros_per_million
      from usage_event where ${wanted} and ((at >= ${timestamp(since)} and at < ${timestamp(first)}) or (at >= ${timestamp(last)} and at < ${timestamp(until)}))
    )
    select to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      ${groupBy === 'model' ? sql`model` : sql`null::text`} as model,
      ${groupBy === 'key' ? sql`key_id` : sql`null::text`} as "keyId",
      sum(requests)::text as requests, sum(failed_requests)::text as "failedRequests", sum(batch_requests)::text as "batchRequests",
      sum(prompt_tokens)::text as "promptTokens", sum(completion_tokens)::text as "completionTokens", sum(cost_picos)::text as "costPicos"
    from used group by 1, 2, 3 order by 1, sum(cost_picos) desc, sum(requests) desc, 2, 3`)
  return rows
}
