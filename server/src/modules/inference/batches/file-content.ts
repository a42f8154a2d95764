import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { type FileRow, findPart, insertPart, updateFile } from './file-store.ts'

export interface ContentDeps {
  readonly database: Database
  readonly vault: Pick<Vault, 'sealFor' | 'openFor' | 'openMany'>
  readonly clock: Clock
}

type Owned = Pick<FileRow, 'id' | 'organisationId'>

/** What a part holds, before it is sealed. */
const partChars = 512 * 1024

const placeOf = (row: string) => ({ table: 'batch_file_part', column: 'sealed_content', row })

/** Writes a file part by part, each sealed before it leaves memory. */
export class FileWriter {
  readonly #deps: ContentDeps
  readonly #file: Owned
  #waiting = ''
  #parts = 0
  #bytes = 0

  constructor(deps: ContentDeps, file: Owned) {
    this.#deps = deps
    this.#file = file
  }

  get bytes(): number {
    return this.#bytes
  }

  async write(text: string): Promise<void> {
    this.#waiting += text
    this.#bytes += Buffer.byteLength(text)
    while (this.#waiting.length >= partChars) {
      // At the end of a line where there is one, so that a copy for its person is made of whole lines.
      const at = this.#waiting.lastIndexOf('\n', partChars) + 1
      await this.#put(at === 0 ? this.#waiting.length : at)
    }
  }

  /** Writes what is left. The file is not shown before `isWhole` is set. */
  async end(): Promise<void> {
    if (this.#waiting !== '') await this.#put(this.#waiting.length)
  }

  async #put(length: number): Promise<void> {
    const { database, vault, clock } = this.#deps
    const { id: fileId, organisationId } = this.#file
    const id = newId('bfp', clock)
    const sealedContent = await vault.sealFor(organisationId, placeOf(id), this.#waiting.slice(0, length))
    await database.transaction(async (tx) => {
      await insertPart(tx, { id, fileId, organisationId, number: this.#parts, sealedContent })
      await updateFile(tx, fileId, { bytes: this.#bytes })
    })
    this.#parts += 1
    this.#waiting = this.#waiting.slice(length)
  }
}

/** The text of a file, part by part. It ends early when the file is deleted meanwhile. */
export async function* readFile(
  { database, vault }: ContentDeps,
  { id, organisationId }: Owned,
): AsyncGenerator<string> {
  for (let number = 0; ; number++) {
    const part = await findPart(database.direct, id, number)
    if (part === undefined) return
    yield await vault.openFor(database.direct, organisationId, placeOf(part.id), part.sealedContent)
  }
}

/** A line that is not empty. */
export interface FileLine {
  /** From 1, empty lines counted. */
  readonly number: number
  /** Null: it is longer than was asked for. */
  readonly text: string | null
}

/** Lines of a text that comes in pieces, none of which is held that is longer than `charsMax`. */
export async function* splitLines(pieces: AsyncIterable<string>, charsMax: number): AsyncGenerator<FileLine> {
  let [rest, number, isTooLong] = ['', 1, false]
  const lineOf = (text: string): FileLine[] => {
    const line = { number, text: isTooLong || text.length > charsMax ? null : text }
    return isTooLong || text.trim() !== '' ? [line] : []
  }
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      yield* lineOf(text)
      isTooLong = false
      number += 1
    }
    if (rest.length > charsMax) [rest, isTooLong] = ['', true]
  }
  yield* lineOf(rest)
}
