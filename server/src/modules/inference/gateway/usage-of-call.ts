import { priceUsage, type UsageEvent, type UsageOutcome } from '../../billing/index.ts'
import type { CallFacts } from './call-facts.ts'
import type { ReportedUsage } from './sse-reader.ts'

/** A guess where the model's server says nothing: four bytes of JSON a token. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4)

/** How far a call came. Times in ms; `atMs` since 1970, the others since the call began. */
export interface CallEnd {
  readonly atMs: number
  readonly outcome: UsageOutcome
  readonly status: number
  /** As the model's server counted; null: it did not. */
  readonly usage: ReportedUsage | null
  /** Events of the answer that were seen to carry content. */
  readonly contentEvents: number
  readonly firstByteMs: number | null
  readonly durationMs: number
}

/** What is booked of a call. Without reported counts: the prompt by its size, the answer by the events that were seen. */
export const usageOfCall = (facts: CallFacts, end: CallEnd): UsageEvent => {
  const { requestId, key, route, member, stream, origin, body } = facts
  const { outcome, usage, contentEvents, firstByteMs } = end
  const unused = outcome === 'upstream_refused' || (outcome === 'upstream_failed' && contentEvents === 0)
  const promptTokens = usage?.promptTokens ?? (unused ? 0 : estimateTokens(body.length))
  const completionTokens = usage?.completionTokens ?? contentEvents
  return {
    id: requestId,
    atMs: end.atMs,
    organisationId: key.organisationId,
    projectId: key.projectId,
    keyId: key.keyId,
    model: route.id,
    served: member.served,
    provider: facts.provider,
    stream,
    outcome,
    status: end.status,
    promptTokens,
    completionTokens,
    estimated: usage === null && !unused,
    firstByteMs: firstByteMs === null ? null : Math.round(firstByteMs),
    durationMs: Math.round(end.durationMs),
    currency: route.currency,
    promptMicrosPerMillion: route.promptMicrosPerMillion,
    completionMicrosPerMillion: route.completionMicrosPerMillion,
    costMicros: priceUsage({ promptTokens, completionTokens }, route),
    origin,
  }
}
