import type { Log } from '../../platform/log/index.ts'
import { describeError } from '../../platform/log/index.ts'
import { minute } from './identity.ts'

/** Remembers when things were last used, and writes it at most once a minute for each. */
export interface LastUse {
  touched(id: string, atMs: number): void
  flush(): Promise<void>
  start(): void
  /** Writes what is left and stops. */
  close(): Promise<void>
}

/** @param write moves the stored times forward; a failed write is tried again with the next */
export const batchLastUse = (deps: {
  log: Log
  write: (uses: readonly { id: string; atMs: number }[]) => Promise<void>
}): LastUse => {
  let waiting = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return
    const taken = waiting
    waiting = new Map()
    try {
      await deps.write([...taken].map(([id, atMs]) => ({ id, atMs })))
    } catch (error) {
      deps.log.warn(
        { event: 'last-use-not-written', ...describeError(error) },
        'times of last use wait for the database',
      )
      for (const [id, atMs] of taken) waiting.set(id, Math.max(atMs, waiting.get(id) ?? 0))
    }
  }

  return {
    touched: (id, atMs) => {
      waiting.set(id, Math.max(atMs, waiting.get(id) ?? 0))
    },
    flush,
    start: () => {
      timer ??= setInterval(() => void flush(), minute).unref()
    },
    close: async () => {
      clearInterval(timer)
      timer = undefined
      await flush()
    },
  }
}
