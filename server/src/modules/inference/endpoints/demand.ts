/** How many replicas an endpoint's load asks for. Times in ms of a clock that never goes back. */
export interface Demand {
  /**
   * @param load requests that are at a replica or wait for one
   * @returns replicas, within the endpoint's bounds: more at once when they are needed, fewer only after fewer have been
   *   enough for the whole of the idle time
   */
  wanted(load: number, nowMs: number): number
}

export interface DemandBounds {
  readonly replicasMin: number
  readonly replicasMax: number
  readonly idleMs: number
  /** Requests that one replica answers at once. */
  readonly parallel: number
}

/** @param begin how many there are, when it begins: they are given the idle time too */
export const createDemand = (bounds: () => DemandBounds, begin: number, nowMs: number): Demand => {
  let peak = begin
  let peakAtMs = nowMs
  return {
    wanted: (load, atMs) => {
      const { replicasMin, replicasMax, idleMs, parallel } = bounds()
      const needed = Math.min(replicasMax, Math.ceil(load / parallel))
      if (needed >= peak || atMs - peakAtMs >= idleMs) {
        peak = needed
        peakAtMs = atMs
      }
      return Math.max(replicasMin, Math.min(replicasMax, peak))
    },
  }
}
