import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchPrefix, decodeUsageLine, encodeUsageLine, type Metering, type UsageEvent } from '../../billing/index.ts'
import type { BatchMetrics } from './batch-metrics.ts'
import { findOrigin } from './batch-origin.ts'
import { type BatchRow, findOpenBatch, insertResult, listDoneLines, listUnbooked, markBooked } from './batch-store.ts'
import { type ContentDeps, readFile, splitLines } from './file-content.ts'
import { type InputLine, readInputLine } from './input-line.ts'
import { codeOf, judgeAnswer, waitMsBefore } from './judge-answer.ts'
import type { LineAnswer, LineCall } from './line-call.ts'
import type { LineSlots } from './line-slots.ts'

export interface RunDeps extends ContentDeps {
  readonly metering: Metering
  readonly metrics: BatchMetrics
  readonly slots: LineSlots
  readonly slotsMax: number
  readonly lineCharsMax: number
  /** Through the gateway, as a call by HTTP. */
  readonly call: (call: LineCall) => Promise<LineAnswer>
}

/** Why lines are not run any further. */
export type LinesEnd = 'all' | 'expired' | 'cancelled' | 'stopped' | 'input-gone'

/** The id of a line's result, of its call and of its event in the books: the same however often it is tried. */
export const lineId = ({ id }: Pick<BatchRow, 'id'>, line: number): string =>
  `${id.replace(/^batch_/, batchPrefix)}_${line}`

/** A line of the output or error file, as OpenAI's. */
export const answerLine = (
  id: string,
  customId: string,
  { status, body }: Pick<LineAnswer, 'status' | 'body'>,
): string => {
  // The body is JSON already, and may be long.
  const response = `{"status_code":${status},"request_id":${JSON.stringify(id)},"body":${body === '' ? 'null' : body}}`
  return `{"id":${JSON.stringify(id)},"custom_id":${JSON.stringify(customId)},"response":${response},"error":null}\n`
}

const book = (metering: Metering, event: UsageEvent): Promise<void> =>
  new Promise((resolve, reject) => metering.record(event, (error) => (error === null ? resolve() : reject(error))))

/**
 * Books what a stop in between left stored and unbooked. The event is the same as the first time, id and time, so that the
 * books take it once however often it is written.
 */
export const bookStored = async ({ database, metering }: RunDeps, { id }: BatchRow): Promise<void> => {
  for (const { id: resultId, usageLine } of await listUnbooked(database.direct, id)) {
    if (usageLine !== null) await book(metering, decodeUsageLine(usageLine))
    await markBooked(database.direct, resultId)
  }
}

/** A batch with what the records of its calls are to say of whence they came. */
type Running = BatchRow & { readonly origin: string | null }

/** The answer and what is to be booked for it are stored in one transaction; then it is booked. */
const keepAnswer = async (
  { database, vault, metering, metrics }: RunDeps,
  batch: Running,
  of: { readonly id: string; readonly line: number; readonly customId: string },
  answer: LineAnswer,
): Promise<void> => {
  const { id, line, customId } = of
  const { organisationId, id: batchId } = batch
  const event = answer.event === null ? null : { ...answer.event, origin: batch.origin }
  const place = { table: 'batch_result', column: 'sealed_answer', row: id }
  const sealedAnswer = await vault.sealFor(organisationId, place, answerLine(id, customId, answer))
  const usageLine = event === null ? null : encodeUsageLine(event)
  const isError = answer.status >= 400
  const row = { id, batchId, organisationId, line, isError, usageLine, sealedAnswer }
  const isNew = await database.transaction((tx) => insertResult(tx, row))
  if (isNew) metrics.lineDone(isError)
  if (!isNew || event === null) return
  // A failing disk is no reason to run the line again: what is stored is booked before the batch ends.
  await book(metering, event).then(
    () => markBooked(database.direct, id),
    () => undefined,
  )
}

/** A try that is not the last one: in the books as a call that failed, and free of charge, for its line is paid once. */
const bookTry = ({ metering }: RunDeps, { origin }: Running, { event }: LineAnswer): void => {
  if (event === null) return
  const free = { promptMicrosPerMillion: 0n, completionMicrosPerMillion: 0n, costMicros: 0n }
  const id = `${event.id}_${randomBytes(6).toString('hex')}`
  metering.record({ ...event, ...free, origin, id }, () => undefined)
}

/** Runs one line to its answer. @returns what ended it before it had one */
const runLine = async (
  deps: RunDeps,
  batch: Running,
  number: number,
  line: InputLine,
  signal: AbortSignal,
): Promise<Exclude<LinesEnd, 'all' | 'input-gone'> | null> => {
  const id = lineId(batch, number)
  const call = { id, keyId: batch.keyId, path: batch.endpoint, body: line.body }
  for (let tries = 1; ; tries++) {
    if (tries > 1) await sleep(waitMsBefore(tries - 1), undefined, { signal })
    const answer = await deps.slots.run(signal, async () => {
      const now = await findOpenBatch(deps.database.direct, batch.id)
      if (now?.state !== 'in_progress') return 'cancelled'
      return now.expiresAt <= deps.clock.now() ? 'expired' : deps.call(call)
    })
    if (typeof answer === 'string') return answer
    if (judgeAnswer(answer, tries) === 'final') {
      await keepAnswer(deps, batch, { id, line: number, customId: line.customId }, answer)
      return null
    }
    bookTry(deps, batch, answer)
    if (codeOf(answer.body) === 'stopping') return 'stopped'
  }
}

/**
 * Runs those lines of a batch that have no answer yet, some at once. Safe to repeat from wherever it was ended.
 * @throws what keeps answers from being stored, such as a database that is away
 */
export const runLines = async (deps: RunDeps, batch: BatchRow, stop: AbortSignal): Promise<LinesEnd> => {
  await bookStored(deps, batch)
  const done = new Set(await listDoneLines(deps.database.direct, batch.id))
  const keepsOrigins = deps.metering.origins !== null
  const origin = keepsOrigins ? await findOrigin(deps.database.direct, deps.vault, batch) : null
  const input = { id: batch.inputFileId, organisationId: batch.organisationId }
  const lines = splitLines(readFile(deps, input), deps.lineCharsMax)
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, failed.signal])
  let end: LinesEnd = 'all'
  let seen = 0
  const work = async (): Promise<void> => {
    for await (const one of { [Symbol.asyncIterator]: () => ({ next: () => lines.next() }) }) {
      if (end !== 'all') return
      seen += 1
      if (done.has(one.number)) continue
      const read = readInputLine(one, batch.endpoint)
      if ('problem' in read) throw new Error('a line of an input that was found good is wrong')
      const ended = await runLine(deps, { ...batch, origin }, one.number, read.line, signal)
      if (ended !== null) end = ended
    }
  }
  const workers = Array.from({ length: deps.slotsMax }, () =>
    work().catch((error: unknown) => {
      failed.abort()
      throw error
    }),
  )
  const outcomes = await Promise.allSettled(workers)
  await lines.return(undefined)
  if (stop.aborted) return 'stopped'
  const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const first = reasons.find((reason) => !(reason instanceof Error && reason.name === 'AbortError')) ?? reasons[0]
  if (first !== undefined) throw first
  return end === 'all' && seen < batch.total ? 'input-gone' : end
}
