import type { Clock } from '../../../platform/clock/index.ts'

/** A key or a project that is slowed down for a while. */
export interface Throttle {
  readonly blockId: string
  readonly aboutId: string
  /** ms since 1970 */
  readonly endsAtMs: number
  readonly requestsPerMinute: number
}

/** Those in force, in memory: a call is not to wait for the answer. */
export interface Throttles {
  /** @param id of a key or a project */
  of(id: string): Throttle | undefined
  take(throttles: readonly Throttle[]): void
}

export const createThrottles = ({ nowMs }: Pick<Clock, 'nowMs'>): Throttles => {
  let known: ReadonlyMap<string, Throttle> = new Map()
  return {
    of: (id) => {
      if (known.size === 0) return undefined
      const found = known.get(id)
      return found !== undefined && found.endsAtMs > nowMs() ? found : undefined
    },
    take: (throttles) => {
      known = new Map(throttles.map((one) => [one.aboutId, one]))
    },
  }
}
