import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { ensureDayPartitions } from '../../platform/db/index.ts'
import { isFailure, type UsageEvent } from './usage-event.ts'

const columns = `id, at, organisation_id, project_id, key_id, model, served, provider, stream, outcome, status,
  prompt_tokens, completion_tokens, estimated, first_byte_ms, duration_ms, currency, prompt_micros_per_million,
  completion_micros_per_million, cost_micros`
const uniqueViolation = '23505'
const dayMs = 86_400_000
const hourMs = 3_600_000

/**
 * Books a batch exactly once, however often it is sent: events and sums in one transaction, under unique event ids.
 * The usual batch is all new and costs little more than a COPY; one that holds a known id takes the careful way.
 * @param knownDays midnights (ms) whose partitions exist; added to
 * @returns how many events were new
 */
export const copyUsage = async (
  client: Client,
  events: readonly UsageEvent[],
  knownDays: Set<number>,
): Promise<number> => {
  await ensureDays(client, events, knownDays)
  try {
    await inTransaction(client, () => copyAllNew(client, events))
    return events.length
  } catch (error) {
    if ((error as { code?: string }).code !== uniqueViolation) throw error
  }
  return inTransaction(client, () => copyMissing(client, events))
}

const inTransaction = async <T>(client: Client, work: () => Promise<T>): Promise<T> => {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

const ensureDays = async (client: Client, events: readonly UsageEvent[], knownDays: Set<number>): Promise<void> => {
  for (const { atMs } of events) {
    const day = atMs - (atMs % dayMs)
    if (knownDays.has(day)) continue
    await ensureDayPartitions(drizzle(client), 'usage_event', new Date(day), 1)
    knownDays.add(day)
  }
}

const copyAllNew = async (client: Client, events: readonly UsageEvent[]): Promise<void> => {
  await copyRows(client, 'usage_event', events)
  await addToHours(client, events)
}

const copyMissing = async (client: Client, events: readonly UsageEvent[]): Promise<number> => {
  await client.query('create temporary table usage_arrived (like usage_event) on commit drop')
  await copyRows(client, 'usage_arrived', events)
  const { rows } = await client.query<{ id: string }>(
    `insert into usage_event (${columns}) select ${columns} from usage_arrived on conflict do nothing returning id`,
  )
  const added = new Set(rows.map((row) => row.id))
  // An id that stands twice in the batch was added once: count its first event only.
  await addToHours(
    client,
    events.filter((event) => added.delete(event.id)),
  )
  return rows.length
}

const copyRows = async (client: Client, table: string, events: readonly UsageEvent[]): Promise<void> => {
  const target = client.query(copyFrom(`copy ${table} (${columns}) from stdin`))
  await pipeline(Readable.from(copyText(events)), target)
}

/** Text in pieces, so that a large batch does not hold the event loop. */
function* copyText(events: readonly UsageEvent[]): Generator<Buffer> {
  const piece = 200
  for (let at = 0; at < events.length; at += piece) {
    let text = ''
    for (const event of events.slice(at, at + piece)) text += copyLine(event)
    yield Buffer.from(text)
  }
}

const copyLine = (e: UsageEvent): string =>
  `${escapeText(e.id)}\t${new Date(e.atMs).toISOString()}\t${escapeText(e.organisationId)}\t${escapeText(e.projectId)}\t${escapeText(e.keyId)}\t${escapeText(e.model)}\t${e.served}\t${e.provider === null ? '\\N' : escapeText(e.provider)}\t${e.stream}\t${e.outcome}\t${e.status}\t${e.promptTokens}\t${e.completionTokens}\t${e.estimated}\t${e.firstByteMs ?? '\\N'}\t${e.durationMs}\t${escapeText(e.currency)}\t${e.promptMicrosPerMillion}\t${e.completionMicrosPerMillion}\t${e.costMicros}\n`

const special = /[\\\t\n\r]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escapeText = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character) : text

interface HourSum {
  readonly key: string
  readonly event: UsageEvent
  requests: number
  failed: number
  promptTokens: number
  completionTokens: number
  costMicros: bigint
}

const sumHours = (events: readonly UsageEvent[]): HourSum[] => {
  const sums = new Map<string, HourSum>()
  for (const event of events) {
    const key = `${event.projectId}\t${event.atMs - (event.atMs % hourMs)}\t${event.keyId}\t${event.model}\t${event.currency}`
    let sum = sums.get(key)
    if (sum === undefined) {
      sum = { key, event, requests: 0, failed: 0, promptTokens: 0, completionTokens: 0, costMicros: 0n }
      sums.set(key, sum)
    }
    sum.requests++
    if (isFailure(event.outcome)) sum.failed++
    sum.promptTokens += event.promptTokens
    sum.completionTokens += event.completionTokens
    if (event.costMicros !== '0') sum.costMicros += BigInt(event.costMicros)
  }
  // One order for all writers, so that two of them cannot wait for each other.
  return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

const addToHours = async (client: Client, events: readonly UsageEvent[]): Promise<void> => {
  const sums = sumHours(events)
  if (sums.length === 0) return
  await client.query(
    `insert into usage_hour as old (hour, organisation_id, project_id, key_id, model, currency, requests, failed_requests, prompt_tokens, completion_tokens, cost_micros)
     select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
     on conflict (project_id, hour, key_id, model, currency) do update set
       requests = old.requests + excluded.requests,
       failed_requests = old.failed_requests + excluded.failed_requests,
       prompt_tokens = old.prompt_tokens + excluded.prompt_tokens,
       completion_tokens = old.completion_tokens + excluded.completion_tokens,
       cost_micros = old.cost_micros + excluded.cost_micros`,
    [
      sums.map(({ event }) => new Date(event.atMs - (event.atMs % hourMs)).toISOString()),
      sums.map(({ event }) => event.organisationId),
      sums.map(({ event }) => event.projectId),
      sums.map(({ event }) => event.keyId),
      sums.map(({ event }) => event.model),
      sums.map(({ event }) => event.currency),
      sums.map((sum) => sum.requests),
      sums.map((sum) => sum.failed),
      sums.map((sum) => sum.promptTokens),
      sums.map((sum) => sum.completionTokens),
      sums.map((sum) => String(sum.costMicros)),
    ],
  )
}
