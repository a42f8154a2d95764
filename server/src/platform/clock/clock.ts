/** Time as an argument. `now` is wall-clock UTC; `monotonicMs` never goes back and measures durations. */
export interface Clock {
  now(): Date
  nowMs(): number
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

/** A clock that tests move. `advance` takes milliseconds. */
export const movableClock = (start: Date): Clock & { advance(ms: number): void; set(to: Date): void } => {
  let wallMs = start.getTime()
  let monotonic = 0
  return {
    now: () => new Date(wallMs),
    nowMs: () => wallMs,
    monotonicMs: () => monotonic,
    advance: (ms) => {
      wallMs += ms
      monotonic += ms
    },
    set: (to) => {
      wallMs = to.getTime()
    },
  }
}
