import type { KeyRecord } from './key-directory.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

interface Bucket {
  level: number
  atMs: number
}

export interface Admission {
  /** x-ratelimit-* headers as a flat list; empty for a key without limits. */
  readonly headers: readonly string[]
  /** Tokens set aside until `settle`. */
  readonly reservedTokens: number
  readonly refusal: OpenAiError | null
}

export interface KeyLimits {
  /** Takes one request and sets `tokens` aside, or refuses. */
  admit(key: KeyRecord, tokens: number, nowMs: number): Admission
  /** Replaces what was set aside by what was used. */
  settle(key: KeyRecord, reservedTokens: number, usedTokens: number): void
}

const minuteMs = 60_000
const unlimited: Admission = { headers: [], reservedTokens: 0, refusal: null }
const bucketsMax = 200_000

/**
 * Requests and tokens per minute of each key, as buckets that refill steadily. Counted in this process: several
 * gateways each allow the limit.
 */
export const createKeyLimits = (): KeyLimits => {
  const requests = new Map<string, Bucket>()
  const tokens = new Map<string, Bucket>()
  return {
    admit: (key, wantedTokens, nowMs) => {
      const { requestsPerMinute, tokensPerMinute } = key
      if (requestsPerMinute === null && tokensPerMinute === null) return unlimited
      const requestBucket = requestsPerMinute === null ? null : refill(requests, key.keyId, requestsPerMinute, nowMs)
      const tokenBucket = tokensPerMinute === null ? null : refill(tokens, key.keyId, tokensPerMinute, nowMs)
      // A request larger than the whole limit is let through when the bucket is full; settling then holds the next.
      const reservedTokens = tokensPerMinute === null ? 0 : Math.min(wantedTokens, tokensPerMinute)
      const short = requestBucket !== null && requestBucket.level < 1
      const shortTokens = tokenBucket !== null && tokenBucket.level < reservedTokens
      if (!short && !shortTokens) {
        if (requestBucket !== null) requestBucket.level -= 1
        if (tokenBucket !== null) tokenBucket.level -= reservedTokens
      }
      const headers = [
        ...(requestBucket === null || requestsPerMinute === null
          ? []
          : headersOf('requests', requestsPerMinute, requestBucket)),
        ...(tokenBucket === null || tokensPerMinute === null ? [] : headersOf('tokens', tokensPerMinute, tokenBucket)),
      ]
      if (short)
        return {
          headers,
          reservedTokens: 0,
          refusal: refusalOf('requests', requestsPerMinute ?? 0, 1 - requestBucket.level),
        }
      if (shortTokens) {
        return {
          headers,
          reservedTokens: 0,
          refusal: refusalOf('tokens', tokensPerMinute ?? 0, reservedTokens - tokenBucket.level),
        }
      }
      return { headers, reservedTokens, refusal: null }
    },
    settle: (key, reservedTokens, usedTokens) => {
      const bucket = key.tokensPerMinute === null ? undefined : tokens.get(key.keyId)
      if (bucket !== undefined) bucket.level += reservedTokens - usedTokens
    },
  }
}

const refill = (buckets: Map<string, Bucket>, keyId: string, perMinute: number, nowMs: number): Bucket => {
  const bucket = buckets.get(keyId)
  if (bucket === undefined) {
    if (buckets.size >= bucketsMax) buckets.clear()
    const full = { level: perMinute, atMs: nowMs }
    buckets.set(keyId, full)
    return full
  }
  bucket.level = Math.min(perMinute, bucket.level + (perMinute * Math.max(0, nowMs - bucket.atMs)) / minuteMs)
  bucket.atMs = nowMs
  return bucket
}

const refusalOf = (what: 'requests' | 'tokens', perMinute: number, missing: number): OpenAiError =>
  refuse.limited(what, perMinute, Math.max(1, Math.ceil((missing * 60) / perMinute)))

const headersOf = (what: string, perMinute: number, bucket: Bucket): string[] => [
  `x-ratelimit-limit-${what}`,
  String(perMinute),
  `x-ratelimit-remaining-${what}`,
  String(Math.max(0, Math.floor(bucket.level))),
  `x-ratelimit-reset-${what}`,
  formatReset(((perMinute - bucket.level) * minuteMs) / perMinute),
]

/** As OpenAI writes durations: 120ms, 1s, 6m0s. */
export const formatReset = (ms: number): string => {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
