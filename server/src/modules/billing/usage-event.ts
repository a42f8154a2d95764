import { z } from 'zod'

/** How a request that reached a model ended. */
export const usageOutcomes = [
  'completed',
  'client_gone', // the caller hung up; what was produced until then is counted
  'upstream_refused', // the model's server found the request wrong
  'upstream_failed', // unreachable, an error of its own, or cut off in the middle
  'interrupted', // this process was killed in the middle; booked on the next start
] as const
export type UsageOutcome = (typeof usageOutcomes)[number]

const micros = z.string().regex(/^\d+$/)
const count = z.int().min(0)

/**
 * One request that reached a model: metadata only, never a prompt or an answer. Prices are those in force when it began,
 * in micro-units of `currency` per million tokens.
 */
export const usageEventSchema = z.object({
  id: z.string().min(1),
  /** When it began, ms since the epoch, UTC. */
  atMs: count,
  organisationId: z.string(),
  projectId: z.string(),
  keyId: z.string(),
  model: z.string(),
  served: z.enum(['embedded', 'upstream']),
  /** The third party that saw the request. */
  provider: z.string().nullable(),
  stream: z.boolean(),
  outcome: z.enum(usageOutcomes),
  /** HTTP status of the answer. */
  status: count,
  promptTokens: count,
  completionTokens: count,
  /** The counts are the gateway's own estimate: the model's server gave none. */
  estimated: z.boolean(),
  /** From the request to the first byte of the answer; null when there was none. */
  firstByteMs: count.nullable(),
  durationMs: count,
  currency: z.string(),
  promptMicrosPerMillion: micros,
  completionMicrosPerMillion: micros,
  costMicros: micros,
})
export type UsageEvent = z.output<typeof usageEventSchema>

/** An event as one line. */
export const encodeUsageEvent = (event: UsageEvent): string => JSON.stringify(event)

/** @throws if the line is not an event */
export const decodeUsageEvent = (line: string): UsageEvent => usageEventSchema.parse(JSON.parse(line))

export const isFailure = (outcome: UsageOutcome): boolean => outcome !== 'completed' && outcome !== 'client_gone'
