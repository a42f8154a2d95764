import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { ensureDayPartitions, inTransaction, type Tx } from '../../platform/db/index.ts'
import { awaitBudgets, type Spend } from './budgets/book-spending.ts'
import type { CallOrigins } from './call-origins.ts'
import { type HourSum, type ProviderCalls, surveyUsage, type UsageSurvey } from './survey-usage.ts'
import { linesOf, plainRows, readableLines, rowsWithOrigins, type UsageRows, type UsageTexts } from './usage-rows.ts'

const uniqueViolation = '23505'

/**
 * Books a batch exactly once, however often it is sent: events and sums in one transaction, under unique event ids.
 * The usual batch is all new and costs little more than a COPY; one that holds a known id takes the careful way.
 * @param knownDays days whose partitions exist; added to
 * @param follow what is done in the same transaction: recording which calls a third party saw, adding to budgets
 */
export const copyUsage = async (
  client: Client,
  batch: UsageTexts,
  knownDays: Set<string>,
  follow: Follow,
): Promise<Copied> => {
  const survey = await surveyUsage(batch.texts())
  const { count, unreadable, hours, days, provided, hasOrigins } = survey
  if (count === 0) return { added: 0, unreadable }
  const readable: UsageTexts = unreadable === 0 ? batch : { texts: () => readableLines(batch) }
  const rows = hasOrigins ? rowsWithOrigins(readable, follow.origins ?? null) : plainRows(readable)
  await ensureDays(client, days, knownDays)
  try {
    await inTransaction(client, async () => {
      await awaitBudgets(client)
      await copyRows(client, 'usage_event', rows)
      await addUp(client, { hours, provided }, follow)
    })
    return { added: count, unreadable }
  } catch (error) {
    if ((error as { code?: string }).code !== uniqueViolation) throw error
  }
  return { added: await inTransaction(client, () => copyMissing(client, readable, rows, follow)), unreadable }
}

/** Told in the transaction that books them which calls a third party saw. */
export type Disclose = (tx: Tx, calls: readonly ProviderCalls[]) => Promise<void>
/** The same on the connection that books. */
export type DiscloseOn = (client: Client, calls: readonly ProviderCalls[]) => Promise<void>

export interface Follow {
  readonly disclose: DiscloseOn
  /** Absent, or null: nothing of whence calls came is kept. */
  readonly origins?: CallOrigins | null
  /** Without it there are no budgets. */
  readonly spend?: Spend
}

export interface Copied {
  /** Events that were not in the database before. */
  readonly added: number
  /** Lines that are no usage. */
  readonly unreadable: number
}

const ensureDays = async (client: Client, days: ReadonlySet<string>, knownDays: Set<string>): Promise<void> => {
  for (const day of days) {
    if (knownDays.has(day)) continue
    await inTransaction(client, () => ensureDayPartitions(drizzle(client), 'usage_event', new Date(day), 1))
    knownDays.add(day)
  }
}

const copyMissing = async (client: Client, batch: UsageTexts, of: UsageRows, follow: Follow): Promise<number> => {
  await awaitBudgets(client)
  await client.query('create temporary table usage_arrived (like usage_event) on commit drop')
  await copyRows(client, 'usage_arrived', of)
  const { rows } = await client.query<{ id: string }>(
    `insert into usage_event (${of.columns}) select ${of.columns} from usage_arrived on conflict do nothing returning id`,
  )
  const added = new Set(rows.map((row) => row.id))
  const isNew = (line: string): boolean => added.delete(line.slice(0, line.indexOf('\t')))
  // An id that stands twice in the batch was added once: its first line only is counted.
  const fresh = [...linesOf(batch)].filter(isNew).map((line) => `${line}\n`)
  await addUp(client, await surveyUsage(fresh), follow)
  return rows.length
}

const addUp = async (
  client: Client,
  { hours, provided }: Pick<UsageSurvey, 'hours' | 'provided'>,
  { disclose, spend }: Follow,
): Promise<void> => {
  await addToHours(client, hours)
  await spend?.(client, hours)
  if (provided.length > 0) await disclose(client, provided)
}

const copyRows = async (client: Client, table: string, { columns, pieces }: UsageRows): Promise<void> => {
  const target = client.query(copyFrom(`copy ${table} (${columns}) from stdin`))
  await pipeline(Readable.from(pieces()), target)
}

const addToHours = async (client: Client, sums: readonly HourSum[]): Promise<void> => {
  if (sums.length === 0) return
  await client.query(
    `insert into usage_hour as old (hour, organisation_id, project_id, key_id, model, currency, requests, failed_requests, batch_requests, prompt_tokens, completion_tokens, cost_picos)
     select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::numeric[])
     on conflict (project_id, hour, key_id, model, currency) do update set
       requests = old.requests + excluded.requests,
       failed_requests = old.failed_requests + excluded.failed_requests,
       batch_requests = old.batch_requests + excluded.batch_requests,
       prompt_tokens = old.prompt_tokens + excluded.prompt_tokens,
       completion_tokens = old.completion_tokens + excluded.completion_tokens,
       cost_picos = old.cost_picos + excluded.cost_picos`,
    [
      sums.map((sum) => sum.hour),
      sums.map((sum) => sum.organisationId),
      sums.map((sum) => sum.projectId),
      sums.map((sum) => sum.keyId),
      sums.map((sum) => sum.model),
      sums.map((sum) => sum.currency),
      sums.map((sum) => sum.requests),
      sums.map((sum) => sum.failed),
      sums.map((sum) => sum.batched),
      sums.map((sum) => sum.promptTokens),
      sums.map((sum) => sum.completionTokens),
      sums.map((sum) => String(sum.costPicos)),
    ],
  )
}
