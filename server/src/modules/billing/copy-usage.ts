import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { ensureDayPartitions } from '../../platform/db/index.ts'
import { isFailure } from './usage-event.ts'
import { usageColumns } from './usage-line.ts'

const uniqueViolation = '23505'

/**
 * Books a batch exactly once, however often it is sent: events and sums in one transaction, under unique event ids.
 * The usual batch is all new and costs little more than a COPY; one that holds a known id takes the careful way.
 * @param knownDays midnights (ms) whose partitions exist; added to
 * @returns how many events were new
 */
export const copyUsage = async (client: Client, lines: readonly string[], knownDays: Set<number>): Promise<number> => {
  await ensureDays(client, lines, knownDays)
  try {
    await inTransaction(client, () => copyAllNew(client, lines))
    return lines.length
  } catch (error) {
    if ((error as { code?: string }).code !== uniqueViolation) throw error
  }
  return inTransaction(client, () => copyMissing(client, lines))
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

const ensureDays = async (client: Client, lines: readonly string[], knownDays: Set<number>): Promise<void> => {
  let last = ''
  for (const line of lines) {
    const start = line.indexOf('\t') + 1
    const date = line.slice(start, start + 10)
    if (date === last) continue
    last = date
    const day = Date.parse(date)
    if (knownDays.has(day)) continue
    await ensureDayPartitions(drizzle(client), 'usage_event', new Date(day), 1)
    knownDays.add(day)
  }
}

const copyAllNew = async (client: Client, lines: readonly string[]): Promise<void> => {
  await copyRows(client, 'usage_event', lines)
  await addToHours(client, lines)
}

const copyMissing = async (client: Client, lines: readonly string[]): Promise<number> => {
  await client.query('create temporary table usage_arrived (like usage_event) on commit drop')
  await copyRows(client, 'usage_arrived', lines)
  const { rows } = await client.query<{ id: string }>(
    `insert into usage_event (${usageColumns}) select ${usageColumns} from usage_arrived on conflict do nothing returning id`,
  )
  const added = new Set(rows.map((row) => row.id))
  // An id that stands twice in the batch was added once: count its first line only.
  await addToHours(
    client,
    lines.filter((line) => added.delete(line.slice(0, line.indexOf('\t')))),
  )
  return rows.length
}

const copyRows = async (client: Client, table: string, lines: readonly string[]): Promise<void> => {
  const target = client.query(copyFrom(`copy ${table} (${usageColumns}) from stdin`))
  await pipeline(Readable.from(copyText(lines)), target)
}

/** Text in pieces, so that a large batch does not hold the event loop. */
function* copyText(lines: readonly string[]): Generator<Buffer> {
  const piece = 500
  for (let at = 0; at < lines.length; at += piece) yield Buffer.from(`${lines.slice(at, at + piece).join('\n')}\n`)
}

interface HourSum {
  readonly hour: string
  readonly organisationId: string
  readonly projectId: string
  readonly keyId: string
  readonly model: string
  readonly currency: string
  requests: number
  failed: number
  promptTokens: number
  completionTokens: number
  costMicros: bigint
}

/** Of lines that `isUsageLine` has passed. Keys and models hold no character that COPY escapes: ids and model ids are checked. */
const sumHours = (lines: readonly string[]): HourSum[] => {
  const sums = new Map<string, HourSum>()
  for (const line of lines) {
    const fields = line.split('\t')
    const [, at = '', organisationId = '', projectId = '', keyId = '', model = ''] = fields
    const currency = fields[16] ?? ''
    const hour = `${at.slice(0, 13)}:00:00Z`
    const key = `${projectId}\t${hour}\t${keyId}\t${model}\t${currency}`
    let sum = sums.get(key)
    if (sum === undefined) {
      const tenant = { hour, organisationId, projectId, keyId, model, currency }
      sum = { ...tenant, requests: 0, failed: 0, promptTokens: 0, completionTokens: 0, costMicros: 0n }
      sums.set(key, sum)
    }
    sum.requests++
    if (isFailure(fields[9] ?? '')) sum.failed++
    sum.promptTokens += Number(fields[11])
    sum.completionTokens += Number(fields[12])
    if (fields[19] !== '0') sum.costMicros += BigInt(fields[19] ?? 0)
  }
  // One order for all writers, so that two of them cannot wait for each other.
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}

const addToHours = async (client: Client, lines: readonly string[]): Promise<void> => {
  const sums = sumHours(lines)
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
      sums.map((sum) => sum.hour),
      sums.map((sum) => sum.organisationId),
      sums.map((sum) => sum.projectId),
      sums.map((sum) => sum.keyId),
      sums.map((sum) => sum.model),
      sums.map((sum) => sum.currency),
      sums.map((sum) => sum.requests),
      sums.map((sum) => sum.failed),
      sums.map((sum) => sum.promptTokens),
      sums.map((sum) => sum.completionTokens),
      sums.map((sum) => String(sum.costMicros)),
    ],
  )
}
