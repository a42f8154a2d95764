import { ApiError } from './api-error.ts'

/** Hands out a fixed number of slots in the order of asking; a bounded number of askers may wait. */
export interface Slots<T> {
  readonly active: () => number
  readonly waiting: () => number
  /** Throws ApiError 429 at once when the queue is full, and the signal's reason when it aborts while waiting. */
  readonly acquire: (signal: AbortSignal) => Promise<T>
  readonly release: (slot: T) => void
  /** Turns away all that wait, with `error`. */
  readonly drain: (error: ApiError) => void
}

interface Waiter<T> {
  readonly give: (slot: T) => void
  readonly refuse: (error: unknown) => void
}

export function createSlots<T>(free: T[], queueMax: number): Slots<T> {
  const total = free.length
  const waiters = new Set<Waiter<T>>()

  function acquire(signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const slot = free.pop()
    if (slot !== undefined) return Promise.resolve(slot)
    if (waiters.size >= queueMax) {
      return Promise.reject(
        new ApiError(429, 'queue_full', 'The engine is busy and its queue is full. Try again later.', {
          retryAfterSeconds: 1,
        }),
      )
    }
    return new Promise((resolve, reject) => {
      function leave(): void {
        waiters.delete(waiter)
        signal.removeEventListener('abort', onAbort)
      }
      function onAbort(): void {
        leave()
        reject(signal.reason)
      }
      const waiter: Waiter<T> = {
        give: (given) => {
          leave()
          resolve(given)
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      waiters.add(waiter)
      signal.addEventListener('abort', onAbort)
    })
  }

  return {
    active: () => total - free.length,
    waiting: () => waiters.size,
    acquire,
    release(slot) {
      const next = waiters.values().next().value
      if (next === undefined) free.push(slot)
      else next.give(slot)
    },
    drain(error) {
      for (const waiter of [...waiters]) waiter.refuse(error)
    },
  }
}
