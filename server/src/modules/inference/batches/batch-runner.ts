import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { SubjectShredded } from '../../../platform/vault/index.ts'
import { type BatchRow, findOpenBatch, isAnyOpen, listOpenBatches, moveBatch } from './batch-store.ts'
import { readFile, splitLines } from './file-content.ts'
import { finishBatch } from './finish-batch.ts'
import { checkInput } from './input-line.ts'
import { bookStored, type LinesEnd, type RunDeps, runLines } from './run-lines.ts'

export interface RunnerDeps extends RunDeps {
  readonly log: Log
}

/** One process of an installation works on batches at a time; another goes on where it was as soon as it is gone. */
const lockId = 5_100_212
const batchesAtOnce = 8
/** How often it is looked for batches of other processes, or of one that was killed. */
const lookMs = 2000

const endsAs = { all: 'completed', expired: 'expired', cancelled: 'cancelled', 'input-gone': 'cancelled' } as const
const inputGone = {
  code: 'input_file_deleted',
  message: 'The input file was deleted before all its lines were run.',
  param: 'input_file_id',
  line: null,
}

const begin = async (deps: RunnerDeps, batch: BatchRow): Promise<void> => {
  const input = { id: batch.inputFileId, organisationId: batch.organisationId }
  const { total, problems } = await checkInput(splitLines(readFile(deps, input), deps.lineCharsMax), batch.endpoint)
  const now = deps.clock.now()
  const changes =
    problems.length > 0
      ? ({ state: 'failed', problems, endedAt: now } as const)
      : ({ state: 'in_progress', total, begunAt: now } as const)
  await deps.database.transaction((tx) => moveBatch(tx, batch.id, ['validating'], changes))
}

const goIntoFinalizing = async (
  deps: RunnerDeps,
  { id }: BatchRow,
  end: Exclude<LinesEnd, 'stopped'>,
): Promise<void> => {
  const changes = { state: 'finalizing', finalizingAt: deps.clock.now() } as const
  await deps.database.transaction(async (tx) => {
    const from = end === 'cancelled' ? (['cancelling'] as const) : (['in_progress'] as const)
    const problems = end === 'input-gone' ? { problems: [inputGone] } : {}
    await moveBatch(tx, id, from, { ...changes, ...problems, endsAs: endsAs[end] })
  })
}

/** The next step of a batch, whatever was done before. @returns whether there may be another */
export const stepBatch = async (deps: RunnerDeps, id: string, stop: AbortSignal): Promise<boolean> => {
  const batch = await findOpenBatch(deps.database.direct, id)
  if (batch === undefined || stop.aborted) return false
  switch (batch.state) {
    case 'validating':
      await begin(deps, batch)
      return true
    case 'in_progress': {
      const end = await runLines(deps, batch, stop)
      if (end === 'stopped') return false
      // Cancelled, and gone, are told by the state, which the next step reads.
      if (end !== 'cancelled') await goIntoFinalizing(deps, batch, end)
      return true
    }
    case 'cancelling':
      await goIntoFinalizing(deps, batch, 'cancelled')
      return true
    case 'finalizing':
      await bookStored(deps, batch)
      await finishBatch(deps, batch)
      return false
    default:
      return false
  }
}

/**
 * Works on open batches, each from where it was left. It is a loop of its own and no job, so that a batch of a day holds no
 * job up.
 */
export const createBatchRunner = (deps: RunnerDeps) => {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  /** Of this process, whatever becomes of the look for more. */
  const atWork = new Map<string, Promise<void>>()
  let wakeUp: () => void = () => undefined

  const rest = async (): Promise<void> => {
    const woken = new Promise<void>((resolve) => {
      wakeUp = resolve
    })
    const over = new AbortController()
    const signal = AbortSignal.any([stopping.signal, over.signal])
    await Promise.race([woken, sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined)])
    over.abort()
  }

  const tell = (id: string | null, error: unknown): void =>
    deps.log.warn(
      { event: 'batch-waits', ...(id === null ? {} : { batch: id }), ...describeError(error) },
      'a batch cannot go on and is tried again',
    )

  const work = async (id: string): Promise<void> => {
    try {
      while (await stepBatch(deps, id, stopping.signal));
    } catch (error) {
      // An organisation that was erased meanwhile has no batches.
      if (!stopping.signal.aborted && !(error instanceof SubjectShredded)) tell(id, error)
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  /** While this process has the lock: until no batch is open. */
  const workOnAll = async (): Promise<void> => {
    for (;;) {
      const open = stopping.signal.aborted ? [] : await listOpenBatches(deps.database.direct, batchesAtOnce)
      for (const id of open) {
        if (atWork.has(id) || atWork.size >= batchesAtOnce) continue
        const done = work(id).finally(() => {
          atWork.delete(id)
          wakeUp()
        })
        atWork.set(id, done)
      }
      if (atWork.size === 0) return
      if (stopping.signal.aborted) await Promise.all(atWork.values())
      else await rest()
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if (await isAnyOpen(deps.database.direct)) await deps.database.alone(lockId, workOnAll)
      } catch (error) {
        tell(null, error)
      }
      await rest()
    }
  }

  return {
    start: (): void => {
      running = loop()
    },
    /** There is something new to do. */
    wake: (): void => wakeUp(),
    /** Begins no more lines; settles when those under way have ended. */
    stop: async (): Promise<void> => {
      stopping.abort()
      wakeUp()
      await running
    },
  }
}
