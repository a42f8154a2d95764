import { newId } from '../../../platform/ids.ts'
import { openRows } from '../../../platform/vault/index.ts'
import { type BatchRow, listResults, moveBatch, type ResultRow, removeResults } from './batch-store.ts'
import { type ContentDeps, FileWriter, readFile, splitLines } from './file-content.ts'
import { insertFile, removeFile, updateFile } from './file-store.ts'
import { readInputLine } from './input-line.ts'
import { lineId } from './run-lines.ts'

export interface FinishDeps extends ContentDeps {
  readonly lineCharsMax: number
}

const pageRows = 100

const undoneWords = {
  expired: {
    code: 'batch_expired',
    message: 'This line was not run before the batch’s 24 hours were over. Nothing was charged for it.',
  },
  cancelled: {
    code: 'batch_cancelled',
    message: 'This line was not run before the batch was cancelled. Nothing was charged for it.',
  },
} as const

/** What an error file says of a line that was not run, as OpenAI's. */
const undoneLine = (id: string, customId: string, endsAs: keyof typeof undoneWords): string =>
  `${JSON.stringify({ id, custom_id: customId, response: null, error: undoneWords[endsAs] })}\n`

/** A file that is made when something is written to it. */
const createOutput = (
  deps: FinishDeps,
  { projectId, organisationId, id: batchId, outputSeconds }: BatchRow,
  kind: string,
) => {
  let made: { readonly id: string; readonly writer: FileWriter } | null = null
  const make = async () => {
    const [id, at] = [newId('file', deps.clock), deps.clock.now()]
    const place = { table: 'batch_file', column: 'sealed_name', row: id }
    const sealedName = await deps.vault.sealFor(organisationId, place, `${batchId}_${kind}.jsonl`)
    const dueAt = outputSeconds === null ? null : new Date(at.getTime() + outputSeconds * 1000)
    const whose = { id, at, projectId, organisationId }
    const row = { ...whose, purpose: 'batch_output', isWhole: false, bytes: 0, sealedName, dueAt } as const
    // Its id is noted with it: a stop in between leaves nothing that the next try would not find.
    const noted = kind === 'output' ? { outputFileId: id } : { errorFileId: id }
    await deps.database.transaction(async (tx) => {
      await insertFile(tx, row)
      await moveBatch(tx, batchId, ['finalizing'], noted)
    })
    return { id, writer: new FileWriter(deps, whose) }
  }
  return {
    write: async (text: string): Promise<void> => {
      made ??= await make()
      await made.writer.write(text)
    },
    /** @returns its id; null: nothing was written */
    end: async (): Promise<string | null> => {
      await made?.writer.end()
      return made?.id ?? null
    },
  }
}

/** Results in the order of their lines, opened page by page. */
async function* openResults(
  { database, vault }: FinishDeps,
  batchId: string,
): AsyncGenerator<ResultRow & { text: string }> {
  for (let after = 0; ; ) {
    const rows = await listResults(database.direct, batchId, after, pageRows)
    const opened = await openRows(
      database.direct,
      vault,
      'batch_result',
      rows,
      ({ id, organisationId, sealedAnswer }) => ({
        subject: organisationId,
        row: id,
        fields: { answer: ['sealed_answer', sealedAnswer] },
      }),
    )
    for (const { row, plain } of opened) yield { ...row, text: plain.answer }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.line
  }
}

/** Lines that have no result, of a batch that did not come to its end. */
async function* undoneLines(deps: FinishDeps, batch: BatchRow, done: ReadonlySet<number>): AsyncGenerator<string> {
  const { endsAs, begunAt, inputFileId, organisationId, endpoint } = batch
  if (endsAs === null || endsAs === 'completed' || begunAt === null) return
  for await (const one of splitLines(readFile(deps, { id: inputFileId, organisationId }), deps.lineCharsMax)) {
    const read = readInputLine(one, endpoint)
    if ('line' in read && !done.has(one.number)) yield undoneLine(lineId(batch, one.number), read.line.customId, endsAs)
  }
}

/**
 * Writes a batch's files and ends it: each `custom_id` stands once in one of them. Begins anew when it was ended in the
 * middle; what was written by then goes.
 */
export const finishBatch = async (deps: FinishDeps, batch: BatchRow): Promise<void> => {
  const { database, clock } = deps
  const { id, projectId, endsAs } = batch
  for (const left of [batch.outputFileId, batch.errorFileId])
    if (left !== null) await database.transaction((tx) => removeFile(tx, projectId, left))
  const [output, errors] = [createOutput(deps, batch, 'output'), createOutput(deps, batch, 'error')]
  const done = new Set<number>()
  for await (const { line, isError, text } of openResults(deps, id)) {
    done.add(line)
    await (isError ? errors : output).write(text)
  }
  for await (const text of undoneLines(deps, batch, done)) await errors.write(text)
  const [outputFileId, errorFileId] = [await output.end(), await errors.end()]
  const state = endsAs ?? 'completed'
  await database.transaction(async (tx) => {
    for (const file of [outputFileId, errorFileId]) if (file !== null) await updateFile(tx, file, { isWhole: true })
    await moveBatch(tx, id, ['finalizing'], { state, outputFileId, errorFileId, endedAt: clock.now() })
    await removeResults(tx, id)
  })
}
