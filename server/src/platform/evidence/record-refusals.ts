import type { Clock } from '../clock/index.ts'
import type { Database } from '../db/index.ts'
import { describeError, type Log } from '../log/index.ts'
import { type Decision, recordDecision } from './record-decision.ts'

/** Refusals that are recorded apart from the refused act, whose own transaction is rolled back. */
export interface Refusals {
  note(gate: Decision['gate'], rule: string): void
  /** Writes what waits; the same refusals of a moment are one decision with their count. */
  flush(): Promise<void>
}

const waitMs = 500
const waitingMax = 1000

/** A refusal changes nothing, so that it may wait for half a second: whoever is refused again and again costs one row. */
export const recordRefusals = (deps: { database: Pick<Database, 'transaction'>; clock: Clock; log: Log }): Refusals => {
  const waiting = new Map<string, { gate: Decision['gate']; rule: string; counted: number }>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const taken = [...waiting.values()]
    waiting.clear()
    if (taken.length === 0) return
    try {
      await deps.database.transaction(async (tx) => {
        for (const one of taken) await recordDecision(tx, deps.clock, { ...one, decision: 'refused' })
      })
    } catch (error) {
      deps.log.error(
        { event: 'refusals-unrecorded', count: taken.length, ...describeError(error) },
        'refusals were not recorded',
      )
      for (const { gate, rule, counted } of taken) add(gate, rule, counted)
    }
  }

  const add = (gate: Decision['gate'], rule: string, counted: number): void => {
    const key = `${gate} ${rule}`
    const before = waiting.get(key)
    if (before === undefined && waiting.size >= waitingMax) return
    waiting.set(key, { gate, rule, counted: (before?.counted ?? 0) + counted })
    timer ??= setTimeout(() => {
      writing = write()
    }, waitMs).unref()
  }

  return {
    note: (gate, rule) => add(gate, rule, 1),
    flush: async () => {
      await writing
      await write()
    },
  }
}
