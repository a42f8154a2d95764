import { inTurn } from '../in-turn.ts'

const retryMs = 1000

/** What a process keeps in memory of a table, read again when there is word of a change. */
export interface ReaderInTurn {
  /** @param of what changed; null: anything may have. Settles when it was read, or could not be. */
  again(of?: string | null): Promise<void>
  /** Reads no more; settles when the reading that goes on has ended. */
  stop(): Promise<void>
}

/**
 * Readers take turns: an answer that is older than the last change would take it back. What could not be read is told, and
 * all of it is read anew a second later.
 */
export const readInTurn = (deps: {
  read(of: string | null): Promise<void>
  failed(error: unknown): void
}): ReaderInTurn => {
  const take = inTurn()
  let isStopped = false
  const again = (of: string | null = null): Promise<void> =>
    take(async () => {
      if (isStopped) return
      try {
        await deps.read(of)
      } catch (error) {
        deps.failed(error)
        setTimeout(() => void again(), retryMs).unref()
      }
    })
  return {
    again,
    stop: () => {
      isStopped = true
      return take(async () => undefined)
    },
  }
}
