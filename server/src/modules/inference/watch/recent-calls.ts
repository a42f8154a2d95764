import type { UsageEvent } from '../../billing/index.ts'
import type { CallTimes } from './call-times.ts'

/** Minutes that are remembered: five whole ones and the one that runs. */
export const minutesKept = 6
const fields = { requests: 0, refused: 1, promptTokens: 2, completionTokens: 3, pacedTokens: 4, pacedMs: 5 } as const
const fieldCount = 6
type Field = keyof typeof fields

/** Times fall into buckets that grow by this: a quantile is within a sixth of the truth, from 1 ms to two minutes. */
const growth = 1.35
const bucketCount = 41
const logGrowth = Math.log(growth)

const bucketOf = (ms: number): number => (ms <= 1 ? 0 : Math.min(bucketCount - 1, Math.ceil(Math.log(ms) / logGrowth)))

const add = (to: Float64Array | Uint32Array, at: number, count: number): void => {
  to[at] = (to[at] ?? 0) + count
}

/** Adds the numbers from `from` on. A plain loop: it is done for thousands of keys between two calls. */
const fold = (numbers: Float64Array | Uint32Array, from: number, sum: Float64Array): void => {
  for (let at = 0; at < sum.length; at++) {
    const count = numbers[from + at] as number
    if (count !== 0) sum[at] = (sum[at] as number) + count
  }
}

const middleOf = (bucket: number): number => (bucket === 0 ? 1 : growth ** (bucket - 0.5))

/** Figures of some calls of the last minutes. Times in ms; null: nothing was measured. */
export interface RecentFigures {
  readonly requests: number
  /** Turned away before a model. */
  readonly refused: number
  readonly inFlight: number
  /** Refusals and failures by kind, most first. */
  readonly errors: { readonly kind: string; readonly count: number }[]
  readonly promptTokens: number
  readonly completionTokens: number
  readonly firstTokenMs: { readonly p50: number; readonly p95: number } | null
  readonly queuedMs: { readonly p50: number; readonly p95: number } | null
  /** How fast streams are written, after their first token. */
  readonly tokensPerSecond: number | null
}

/**
 * What the last minutes brought, as numbers in arrays of a fixed size: in memory, of this process. Minutes are counted by
 * a clock that never goes back.
 */
export class RecentCalls {
  inFlight = 0
  readonly #counts = new Float64Array(minutesKept * fieldCount)
  readonly #firstToken = new Uint32Array(minutesKept * bucketCount)
  readonly #queued = new Uint32Array(minutesKept * bucketCount)
  readonly #errors = new Map<string, Uint32Array>()
  /** The newest that has a place. */
  #minute = 0
  /** In which something happened last. */
  #happened = 0

  ended(event: UsageEvent, times: CallTimes, errorKind: string | null, minute: number): void {
    const at = this.#slotOf(minute)
    this.#happened = minute
    this.#add(at, 'requests', 1)
    this.#add(at, 'promptTokens', event.promptTokens)
    this.#add(at, 'completionTokens', event.completionTokens)
    const { firstTokenMs, queuedMs } = times
    if (queuedMs !== null) add(this.#queued, at * bucketCount + bucketOf(queuedMs), 1)
    if (firstTokenMs !== null) {
      add(this.#firstToken, at * bucketCount + bucketOf(firstTokenMs), 1)
      this.#add(at, 'pacedTokens', Math.max(0, event.completionTokens - 1))
      this.#add(at, 'pacedMs', event.durationMs - firstTokenMs)
    }
    if (errorKind !== null) this.#failed(at, errorKind)
  }

  refused(kind: string, minute: number): void {
    const at = this.#slotOf(minute)
    this.#happened = minute
    this.#add(at, 'refused', 1)
    this.#failed(at, kind)
  }

  /** Nothing is under way, and nothing happened in the minutes that are kept. */
  isIdle(minute: number): boolean {
    return this.inFlight === 0 && minute - this.#happened >= minutesKept
  }

  /** Adds what the minutes that are kept brought. */
  addTo(sum: RecentSum, minute: number): void {
    this.#slotOf(minute)
    sum.inFlight += this.inFlight
    for (let at = 0; at < minutesKept; at++) {
      const from = at * fieldCount
      if (this.#counts[from + fields.requests] === 0 && this.#counts[from + fields.refused] === 0) continue
      fold(this.#counts, from, sum.counts)
      fold(this.#firstToken, at * bucketCount, sum.firstToken)
      fold(this.#queued, at * bucketCount, sum.queued)
    }
    for (const [kind, counts] of this.#errors) {
      const count = counts.reduce((total, one) => total + one, 0)
      if (count > 0) sum.errors.set(kind, (sum.errors.get(kind) ?? 0) + count)
    }
  }

  #add(at: number, field: Field, count: number): void {
    add(this.#counts, at * fieldCount + fields[field], count)
  }

  #failed(at: number, kind: string): void {
    let counts = this.#errors.get(kind)
    if (counts === undefined) {
      counts = new Uint32Array(minutesKept)
      this.#errors.set(kind, counts)
    }
    add(counts, at, 1)
  }

  /** Where a minute is counted; what is too old makes room for it. */
  #slotOf(minute: number): number {
    const passed = Math.min(minute - this.#minute, minutesKept)
    for (let back = 0; back < passed; back++) this.#clear((minute - back) % minutesKept)
    if (passed > 0) this.#minute = minute
    return minute % minutesKept
  }

  #clear(at: number): void {
    this.#counts.fill(0, at * fieldCount, (at + 1) * fieldCount)
    this.#firstToken.fill(0, at * bucketCount, (at + 1) * bucketCount)
    this.#queued.fill(0, at * bucketCount, (at + 1) * bucketCount)
    for (const counts of this.#errors.values()) counts[at] = 0
  }
}

const quantile = (buckets: Float64Array, count: number, share: number): number => {
  let seen = 0
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    seen += buckets[bucket] as number
    if (seen >= share * count) return middleOf(bucket)
  }
  return middleOf(bucketCount - 1)
}

const quantiles = (buckets: Float64Array): RecentFigures['firstTokenMs'] => {
  const count = buckets.reduce((total, one) => total + one, 0)
  const at = (share: number): number => Number(quantile(buckets, count, share).toPrecision(2))
  return count === 0 ? null : { p50: at(0.5), p95: at(0.95) }
}

/** Several of them together. */
export class RecentSum {
  inFlight = 0
  readonly counts = new Float64Array(fieldCount)
  readonly firstToken = new Float64Array(bucketCount)
  readonly queued = new Float64Array(bucketCount)
  readonly errors = new Map<string, number>()

  add(other: RecentSum): void {
    this.inFlight += other.inFlight
    fold(other.counts, 0, this.counts)
    fold(other.firstToken, 0, this.firstToken)
    fold(other.queued, 0, this.queued)
    for (const [kind, count] of other.errors) this.errors.set(kind, (this.errors.get(kind) ?? 0) + count)
  }

  figures(): RecentFigures {
    const of = (field: Field): number => this.counts[fields[field]] as number
    return {
      requests: of('requests'),
      refused: of('refused'),
      inFlight: this.inFlight,
      errors: [...this.errors].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
      promptTokens: of('promptTokens'),
      completionTokens: of('completionTokens'),
      firstTokenMs: quantiles(this.firstToken),
      queuedMs: quantiles(this.queued),
      tokensPerSecond: of('pacedMs') <= 0 ? null : Number(((of('pacedTokens') * 1000) / of('pacedMs')).toPrecision(3)),
    }
  }
}
