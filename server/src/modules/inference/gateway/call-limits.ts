import type { KeyRecord } from './key-directory.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

/** What a key, a project or an organisation may do; null: no limit of its own. */
export interface Limits {
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  /** Calls under way at once. */
  readonly concurrentRequests: number | null
}

/** Limits of projects and organisations, from memory. */
export interface SharedLimits {
  /** @param id of a project or an organisation */
  of(id: string): Limits | undefined
}

/** A key or a project that a machine slowed down for a while. */
export interface Throttle {
  readonly blockId: string
  /** ms since 1970 */
  readonly endsAtMs: number
  readonly requestsPerMinute: number
}

export interface Throttles {
  /** @param id of a key or a project */
  of(id: string): Throttle | undefined
}

export type LimitScope = 'API key' | 'project' | 'organisation'

/** What one of them has left, and what it does now. */
interface Meter {
  requests: number
  tokens: number
  atMs: number
  active: number
  /** Gateways that count the same one, with this; each lets through its part. */
  sharers: number
}

interface Limited {
  readonly scope: LimitScope
  readonly limits: Limits
  /** What of them is this gateway's to give. */
  readonly share: Limits
  readonly meter: Meter
  readonly throttle: Throttle | null
}

/** Whether a call may begin, and what it holds meanwhile. */
export interface Admission {
  /** x-ratelimit-* headers of the tightest limits as a flat list; empty without limits. */
  readonly headers: readonly string[]
  readonly refusal: OpenAiError | null
  /** The call has ended: gives its place back, and replaces tokens that were set aside by those used. Once. */
  settle(usedTokens: number): void
}

export interface CallLimits {
  /**
   * Takes one request and sets `tokens` aside in each limit that covers the key, or in none and refuses.
   * @param isCounted the request was taken before: only tokens and a place are
   */
  admit(key: KeyRecord, tokens: number, nowMs: number, isCounted?: boolean): Admission
  /** Takes one request before any work for it is done. */
  count(key: KeyRecord, nowMs: number): Pick<Admission, 'refusal' | 'headers'>
  /** Ids of those whose calls were counted here within the last minute, or go on. */
  counted(nowMs: number): string[]
  /**
   * How many gateways share each limit from now on, with this one.
   * @param live how many there are: so many share with whoever comes anew
   */
  share(live: number, sharersOf: (id: string) => number): void
}

const minuteMs = 60_000
const unlimitedLimits: Limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null }
const unlimited: Admission = { headers: [], refusal: null, settle: () => undefined }
const none = { of: () => undefined }
const metersMax = 200_000

/**
 * Requests and tokens per minute, as buckets that refill steadily, and calls at once: of each key, its project and its
 * organisation. Of a limit that several gateways count, each gives its share (decision 94).
 */
export const createCallLimits = (shared: SharedLimits = none, throttles: Throttles = none): CallLimits => {
  const meters = new Map<string, Meter>()
  let live = 1
  const meterOf = (id: string, nowMs: number): Meter => {
    let meter = meters.get(id)
    if (meter === undefined) {
      if (meters.size >= metersMax) forgetIdle(meters)
      const [requests, tokens] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      meter = { requests, tokens, atMs: nowMs, active: 0, sharers: live }
      meters.set(id, meter)
    }
    return meter
  }
  const refill = (meter: Meter, limits: Limits, share: Limits, nowMs: number): void => {
    const passedMs = Math.max(0, nowMs - meter.atMs) / meter.sharers
    meter.requests = refilled(meter.requests, share.requestsPerMinute, limits.requestsPerMinute, passedMs)
    meter.tokens = refilled(meter.tokens, share.tokensPerMinute, limits.tokensPerMinute, passedMs)
    meter.atMs = nowMs
  }
  const limitedFor = (key: KeyRecord, nowMs: number): Limited[] => {
    const limited: Limited[] = []
    const addMeter = (scope: LimitScope, id: string, limits: Limits, throttle: Throttle | null): void => {
      const meter = meterOf(id, nowMs)
      const share = meter.sharers === 1 ? limits : shareOf(limits, meter.sharers)
      refill(meter, limits, share, nowMs)
      limited.push({ scope, limits, share, meter, throttle })
    }
    const add = (scope: LimitScope, id: string, limits: Limits | undefined): void => {
      if (limits !== undefined && isLimit(limits)) addMeter(scope, id, limits, null)
    }
    const slow = (scope: LimitScope, id: string): void => {
      const throttle = throttles.of(id)
      if (throttle === undefined) return
      const limits = { ...unlimitedLimits, requestsPerMinute: throttle.requestsPerMinute }
      addMeter(scope, throttle.blockId, limits, throttle)
    }
    add('API key', key.keyId, key)
    add('project', key.projectId, shared.of(key.projectId))
    add('organisation', key.organisationId, shared.of(key.organisationId))
    slow('API key', key.keyId)
    slow('project', key.projectId)
    return limited
  }
  const admit: CallLimits['admit'] = (key, wantedTokens, nowMs, isCounted = false) => {
    const limited = limitedFor(key, nowMs)
    return limited.length === 0 ? unlimited : admitTo(limited, wantedTokens, isCounted ? 0 : 1)
  }
  return {
    admit,
    count: (key, nowMs) => {
      const admission = admit(key, 0, nowMs)
      admission.settle(0)
      return admission
    },
    counted: (nowMs) => {
      const ids: string[] = []
      for (const [id, { active, atMs }] of meters) if (active > 0 || nowMs - atMs < minuteMs) ids.push(id)
      return ids
    },
    share: (liveNow, sharersOf) => {
      live = liveNow
      for (const [id, meter] of meters) meter.sharers = sharersOf(id)
    },
  }
}

const isLimit = (limits: Limits): boolean =>
  limits.requestsPerMinute !== null || limits.tokensPerMinute !== null || limits.concurrentRequests !== null

/** Never less than one of anything: a limit below the number of gateways would else let nothing through at all. */
const shareOf = ({ requestsPerMinute, tokensPerMinute, concurrentRequests }: Limits, sharers: number): Limits => ({
  requestsPerMinute: partOf(requestsPerMinute, sharers),
  tokensPerMinute: partOf(tokensPerMinute, sharers),
  concurrentRequests: concurrentRequests === null ? null : Math.max(1, Math.floor(concurrentRequests / sharers)),
})

const partOf = (limit: number | null, sharers: number): number | null =>
  limit === null ? null : Math.max(1, limit / sharers)

/** Full where it was without a limit until now. @param passedMs this gateway's share of the time that passed */
const refilled = (level: number, most: number | null, perMinute: number | null, passedMs: number): number =>
  most === null || perMinute === null
    ? Number.POSITIVE_INFINITY
    : Math.min(most, level + (perMinute * passedMs) / minuteMs)

/** Whoever has calls under way is remembered: their places are counted. */
const forgetIdle = (meters: Map<string, Meter>): void => {
  for (const [id, { active }] of meters) if (active === 0) meters.delete(id)
}

/** @param requests 0: it was taken before */
const admitTo = (limited: readonly Limited[], wantedTokens: number, requests: 0 | 1): Admission => {
  const refusal = refusalOf(limited, wantedTokens, requests)
  if (refusal !== null) return { headers: headersOf(limited), refusal, settle: () => undefined }
  const held = limited.map((one) => ({ ...one, tokens: tokensOf(one, wantedTokens) }))
  for (const { meter, tokens } of held) {
    meter.active += 1
    meter.requests -= requests
    meter.tokens -= tokens
  }
  let isHeld = true
  return {
    headers: headersOf(limited),
    refusal: null,
    settle: (usedTokens) => {
      if (!isHeld) return
      isHeld = false
      for (const { meter, tokens } of held) {
        meter.active -= 1
        meter.tokens += tokens - usedTokens
      }
    },
  }
}

/** A request larger than the whole limit is let through when the bucket is full; settling then holds the next. */
const tokensOf = ({ share }: Limited, wantedTokens: number): number =>
  Math.min(wantedTokens, share.tokensPerMinute ?? wantedTokens)

const secondsFor = (missing: number, perMinute: number): number => Math.max(1, Math.ceil((missing * 60) / perMinute))

interface Shortage {
  readonly seconds: number
  readonly error: OpenAiError
}

/** The refusal that lasts longest of those that apply; null when none does. */
const refusalOf = (limited: readonly Limited[], wantedTokens: number, requests: 0 | 1): OpenAiError | null => {
  let worst: Shortage | null = null
  for (const one of limited)
    for (const shortage of shortagesOf(one, tokensOf(one, wantedTokens), requests))
      if (worst === null || shortage.seconds > worst.seconds) worst = shortage
  return worst === null ? null : worst.error
}

const shortagesOf = (
  { scope, limits, share, meter, throttle }: Limited,
  tokens: number,
  requests: 0 | 1,
): Shortage[] => {
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits
  const { sharers } = meter
  const shortages: Shortage[] = []
  if (requestsPerMinute !== null && meter.requests < requests) {
    const seconds = secondsFor(1 - meter.requests, requestsPerMinute / sharers)
    const error =
      throttle === null
        ? refuse.limited(scope, 'requests', requestsPerMinute, seconds)
        : refuse.slowedDown(scope, throttle, seconds)
    shortages.push({ seconds, error })
  }
  if (tokensPerMinute !== null && meter.tokens < tokens) {
    const seconds = secondsFor(tokens - meter.tokens, tokensPerMinute / sharers)
    shortages.push({ seconds, error: refuse.limited(scope, 'tokens', tokensPerMinute, seconds) })
  }
  if (concurrentRequests !== null && meter.active >= (share.concurrentRequests ?? 0))
    shortages.push({ seconds: 0, error: refuse.tooManyAtOnce(scope, concurrentRequests) })
  return shortages
}

/** Of each kind the limit of which the least is left: the whole limit, and what is left of it here. */
const headersOf = (limited: readonly Limited[]): string[] => [
  ...tightest('requests', limited, 'requestsPerMinute', ({ meter }) => meter.requests),
  ...tightest('tokens', limited, 'tokensPerMinute', ({ meter }) => meter.tokens),
  ...tightest('concurrent', limited, 'concurrentRequests', placesLeft),
]

const placesLeft = ({ share, meter }: Limited): number => (share.concurrentRequests ?? 0) - meter.active

const tightest = (
  what: 'requests' | 'tokens' | 'concurrent',
  limited: readonly Limited[],
  kind: keyof Limits,
  leftOf: (one: Limited) => number,
): string[] => {
  let [limit, most, sharers, left] = [0, 0, 1, Number.POSITIVE_INFINITY]
  for (const one of limited) {
    const [own, share] = [one.limits[kind], one.share[kind]]
    if (own !== null && share !== null && leftOf(one) < left)
      [limit, most, sharers, left] = [own, share, one.meter.sharers, leftOf(one)]
  }
  if (left === Number.POSITIVE_INFINITY) return []
  const named = [`x-ratelimit-limit-${what}`, String(limit)]
  named.push(`x-ratelimit-remaining-${what}`, String(Math.max(0, Math.floor(left))))
  // A place comes back when a call ends, and nobody knows when.
  if (what !== 'concurrent')
    named.push(`x-ratelimit-reset-${what}`, formatReset(((most - left) * minuteMs * sharers) / limit))
  return named
}

/** As OpenAI writes durations: 120ms, 1s, 6m0s. */
export const formatReset = (ms: number): string => {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
