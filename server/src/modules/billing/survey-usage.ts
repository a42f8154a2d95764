import { setImmediate as breathe } from 'node:timers/promises'
import { exactCost } from './price-usage.ts'
import { isFailure, isOfBatch } from './usage-event.ts'
import { fromCopyText, isUsageLine, usageColumnCount } from './usage-line.ts'

/** Sums of one hour, key and model. */
export interface HourSum {
  /** Its start, ISO 8601. */
  readonly hour: string
  readonly organisationId: string
  readonly projectId: string
  readonly keyId: string
  readonly model: string
  readonly currency: string
  requests: number
  failed: number
  /** Lines of batches. */
  batched: number
  promptTokens: number
  completionTokens: number
  /** Exact: millionths of a micro-unit. */
  costPicos: bigint
}

/** Calls of one UTC day that a third party saw, of one key. */
export interface ProviderCalls {
  readonly provider: string
  readonly organisationId: string
  readonly keyId: string
  requests: number
  /** The first and the last, ISO 8601. */
  first: string
  last: string
}

/** What lines of usage hold, seen in one pass. */
export interface UsageSurvey {
  readonly count: number
  /** Lines that are not ours, or damaged in a way that no checksum saw. */
  readonly unreadable: number
  /** UTC days, YYYY-MM-DD. */
  readonly days: ReadonlySet<string>
  /** In one order for all writers, so that two of them cannot wait for each other. */
  readonly hours: readonly HourSum[]
  readonly provided: readonly ProviderCalls[]
  /** Some line says whence its call came. */
  readonly hasOrigins: boolean
}

const linesInOneGo = 500

/** Looks through texts of whole lines, in pieces, so that requests are answered meanwhile. */
export const surveyUsage = async (texts: Iterable<string>): Promise<UsageSurvey> => {
  const days = new Set<string>()
  const sums = new Map<string, HourSum>()
  const provided = new Map<string, ProviderCalls>()
  let count = 0
  let unreadable = 0
  let hasOrigins = false
  let sinceBreath = 0
  for (const text of texts) {
    for (let start = 0, end = text.indexOf('\n'); end !== -1; start = end + 1, end = text.indexOf('\n', start)) {
      const line = text.slice(start, end)
      if (isUsageLine(line)) {
        count++
        if (addLine(line, days, sums, provided)) hasOrigins = true
      } else unreadable++
      sinceBreath++
    }
    if (sinceBreath >= linesInOneGo) {
      sinceBreath = 0
      await breathe()
    }
  }
  const hours = [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  return { count, unreadable, days, hours, provided: [...provided.values()], hasOrigins }
}

/**
 * Keys and models hold no character that COPY escapes: ids are ours, names of models are checked.
 * @returns whether the line says whence its call came
 */
const addLine = (
  line: string,
  days: Set<string>,
  sums: Map<string, HourSum>,
  provided: Map<string, ProviderCalls>,
): boolean => {
  const fields = line.split('\t')
  const [, at = '', organisationId = '', projectId = '', keyId = '', model = '', , provider = nobody] = fields
  if (provider !== nobody) addProvided({ provider, at, organisationId, keyId }, provided)
  const currency = fields[16] ?? ''
  const hour = at.slice(0, 13)
  const key = `${projectId}\t${hour}\t${keyId}\t${model}\t${currency}`
  let sum = sums.get(key)
  if (sum === undefined) {
    days.add(at.slice(0, 10))
    const tenant = { hour: `${hour}:00:00Z`, organisationId, projectId, keyId, model, currency }
    sum = { ...tenant, requests: 0, failed: 0, batched: 0, promptTokens: 0, completionTokens: 0, costPicos: 0n }
    sums.set(key, sum)
  }
  sum.requests++
  if (isFailure(fields[9] ?? '')) sum.failed++
  if (isOfBatch(line)) sum.batched++
  sum.promptTokens += Number(fields[11])
  sum.completionTokens += Number(fields[12])
  if (fields[17] !== '0' || fields[18] !== '0') sum.costPicos += costOf(fields)
  return fields.length > usageColumnCount
}

/** As COPY writes that there is none. */
const nobody = '\\N'

type Provided = Pick<ProviderCalls, 'provider' | 'organisationId' | 'keyId'> & { readonly at: string }

const addProvided = ({ at, ...who }: Provided, provided: Map<string, ProviderCalls>): void => {
  const key = `${at.slice(0, 10)}\t${who.keyId}\t${who.provider}`
  const sum = provided.get(key)
  if (sum === undefined) {
    provided.set(key, { ...who, provider: fromCopyText(who.provider), requests: 1, first: at, last: at })
    return
  }
  sum.requests++
  if (at < sum.first) sum.first = at
  if (at > sum.last) sum.last = at
}

/** Added exactly in doubles as long as they are exact there, which is all but always. */
const costOf = (fields: readonly string[]): bigint => {
  const [promptTokens = '0', completionTokens = '0'] = [fields[11], fields[12]]
  const [promptPrice = '0', completionPrice = '0'] = [fields[17], fields[18]]
  const inDouble = Number(promptTokens) * Number(promptPrice) + Number(completionTokens) * Number(completionPrice)
  if (inDouble <= Number.MAX_SAFE_INTEGER) return BigInt(inDouble)
  return exactCost(
    { promptTokens: BigInt(promptTokens), completionTokens: BigInt(completionTokens) },
    { promptMicrosPerMillion: BigInt(promptPrice), completionMicrosPerMillion: BigInt(completionPrice) },
  )
}
