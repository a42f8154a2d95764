/** Knows for how long the model has owed what was asked of it. */
export interface Pulse {
  /** Counts as work until `waiting` settles. */
  readonly watch: <T>(waiting: Promise<T>) => Promise<T>
  /** Milliseconds since the model last brought something forth, while it had work; else 0. */
  readonly stalledMs: () => number
}

/** `now` gives milliseconds. */
export function createPulse(now: () => number): Pulse {
  let working = 0
  let lastBeat = 0
  return {
    async watch(waiting) {
      if (working === 0) lastBeat = now()
      working++
      try {
        return await waiting
      } finally {
        working--
        lastBeat = now()
      }
    },
    stalledMs: () => (working === 0 ? 0 : now() - lastBeat),
  }
}
