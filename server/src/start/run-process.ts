import { ConfigError } from '../config.ts'
import { CatalogueError } from '../platform/db/index.ts'
import { TransportRefused } from '../platform/gates/index.ts'
import { FolderInUse } from './data-folder.ts'
import { PortInUse } from './listen.ts'
import { PolicyError } from './load-policy.ts'
import { DatabaseNotReady } from './open-storage.ts'
import { RestoreUnfinished } from './restore-plan.ts'

const stopMsMax = 9500

/** What a person can mend is said in words; anything else with its stack. */
const explain = (error: unknown): string => {
  const isKnown = [
    ConfigError,
    PolicyError,
    FolderInUse,
    PortInUse,
    CatalogueError,
    TransportRefused,
    RestoreUnfinished,
    DatabaseNotReady,
  ].some((kind) => error instanceof kind)
  if (isKnown && error instanceof Error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** What a start leaves to be undone, the last first. */
export interface Starting {
  readonly undo: (() => Promise<void> | void)[]
  /** What ends the processes below this one when there is no more time to stop them in order. */
  readonly atOnce: (() => void)[]
  /** For the operator who starts it. */
  readonly say: (line: string) => void
}

/** Undoes in order, the last first; what fails is told, and the rest goes on. */
export const undoAll = async (undo: Starting['undo']): Promise<void> => {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
    try {
      await step()
    } catch (error) {
      process.stderr.write(`while stopping: ${explain(error)}\n`)
    }
  }
}

/** Starts a process that ends in order within ten seconds of a signal, or when its start fails. */
export const runProcess = (name: string, start: (starting: Starting) => Promise<void>): void => {
  const starting: Starting = { undo: [], atOnce: [], say: (line) => process.stderr.write(`${name}: ${line}\n`) }
  let stopping = false
  const stop = async (code: number): Promise<void> => {
    if (stopping) return
    stopping = true
    setTimeout(() => {
      process.stderr.write(
        `the stop took longer than ${stopMsMax / 1000} s and was cut short; nothing booked is lost, the next start recovers\n`,
      )
      for (const end of starting.atOnce) end()
      process.exit(code === 0 ? 1 : code)
    }, stopMsMax).unref()
    await undoAll(starting.undo)
    process.exit(code)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
  start(starting).catch((error: unknown) => {
    process.stderr.write(`${name} does not start: ${explain(error)}\n`)
    void stop(1)
  })
}
