import { setTimeout as sleep } from 'node:timers/promises'

export interface SlotsDeps {
  /** Calls of batches at once, of this process. */
  readonly slotsMax: number
  /** Calls that somebody waits for, now. */
  readonly callsUnderWay: () => number
  readonly monotonicMs: () => number
}

/** How often it is looked whether others have gone, while somebody waits here. */
const lookMs = 50
/** So that a batch goes on also on a cloud that is never idle: one call begins each time, if none is under way. */
const leastEveryMs = 2000

/**
 * Lets lines of batches begin, in the order in which they asked, and fewer the more calls somebody waits for: those come
 * first.
 */
export const createLineSlots = ({ slotsMax, callsUnderWay, monotonicMs }: SlotsDeps) => {
  let taken = 0
  let lastBeganMs = Number.NEGATIVE_INFINITY
  let queue: Promise<void> = Promise.resolve()

  const mayBegin = (): boolean =>
    taken < slotsMax - callsUnderWay() || (taken === 0 && monotonicMs() - lastBeganMs >= leastEveryMs)

  const take = async (signal: AbortSignal): Promise<void> => {
    while (!mayBegin()) await sleep(lookMs, undefined, { signal })
    taken += 1
    lastBeganMs = monotonicMs()
  }

  return {
    /** Runs work when it is its turn. @throws AbortError when the signal comes first */
    run: async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
      const turn = queue.then(() => take(signal))
      queue = turn.catch(() => undefined)
      await turn
      try {
        return await work()
      } finally {
        taken -= 1
      }
    },
  }
}

export type LineSlots = ReturnType<typeof createLineSlots>
