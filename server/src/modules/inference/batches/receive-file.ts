import type { IncomingMessage } from 'node:http'
import { newId } from '../../../platform/ids.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { readExpiry } from './api-request.ts'
import { type ContentDeps, FileWriter } from './file-content.ts'
import { countBytes, type FileRow, findFile, insertFile, removeFile, updateFile } from './file-store.ts'
import { BadForm, boundaryOf, readForm } from './multipart.ts'
import { deny } from './refusals.ts'
import { requireKeeping } from './rules.ts'

export interface ReceiveDeps extends ContentDeps {
  readonly fileBytesMax: number
  /** Of all files of a project. */
  readonly projectBytesMax: number
}

const fieldCharsMax = 4096
const nameCharsMax = 255
/** An upload that never comes to its end goes after this time. */
const uploadMsMax = 24 * 3_600_000

/** What a form said: its fields by name, and the file if there was one. */
interface Received {
  readonly fields: ReadonlyMap<string, string>
  readonly file: { readonly row: FileRow; readonly name: string } | null
}

const notText = () => deny.parameter('file', 'The file is not text in UTF-8. A batch’s input is JSON Lines.')

/** Receives the file of a form as it comes: a piece of it is in memory, all else is sealed. */
class FormReceiver {
  readonly #deps: ReceiveDeps
  readonly #key: KeyRecord
  readonly #fields = new Map<string, string>()
  /** UTF-8 in pieces. @throws TypeError for other bytes */
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #field: { readonly name: string; text: string } | null = null
  #file: { readonly row: FileRow; readonly name: string; readonly writer: FileWriter } | null = null
  #isInFile = false

  constructor(deps: ReceiveDeps, key: KeyRecord) {
    this.#deps = deps
    this.#key = key
  }

  async receive(body: AsyncIterable<Buffer>, boundary: string): Promise<Received> {
    try {
      for await (const event of readForm(body, boundary)) {
        if (event.kind === 'part') await this.#begin(event.name, event.fileName)
        else if (event.kind === 'bytes') await this.#add(event.bytes)
        else await this.#end()
      }
    } catch (error) {
      await this.discard()
      throw error
    }
    return { fields: this.#fields, file: this.#file }
  }

  /** Takes back what was written. */
  async discard(): Promise<void> {
    const file = this.#file
    if (file === null) return
    const { database } = this.#deps
    await database.transaction((tx) => removeFile(tx, this.#key.projectId, file.row.id))
  }

  async #begin(name: string, fileName: string | null): Promise<void> {
    this.#isInFile = name === 'file'
    this.#field = this.#isInFile ? null : { name, text: '' }
    if (!this.#isInFile) return
    if (this.#file !== null) throw deny.parameter('file', "'file' is given twice.")
    const shown = fileName ?? 'upload.jsonl'
    if (shown.length > nameCharsMax || !shown.isWellFormed() || shown.includes('\0'))
      throw deny.parameter('file', `The file's name must have at most ${nameCharsMax} characters.`)
    const row = await this.#make(shown)
    this.#file = { row, name: shown, writer: new FileWriter(this.#deps, row) }
  }

  async #make(name: string): Promise<FileRow> {
    const { database, vault, clock, projectBytesMax } = this.#deps
    const { projectId, organisationId } = this.#key
    const [id, at] = [newId('file', clock), clock.now()]
    const sealedName = await vault.sealFor(
      organisationId,
      { table: 'batch_file', column: 'sealed_name', row: id },
      name,
    )
    const whose = { id, at, projectId, organisationId, purpose: 'batch', isWhole: false } as const
    const row = { ...whose, bytes: 0, sealedName, dueAt: new Date(at.getTime() + uploadMsMax) }
    await database.transaction(async (tx) => {
      if ((await countBytes(tx, projectId)) >= projectBytesMax) throw deny.full(projectBytesMax)
      await insertFile(tx, row)
    })
    return row
  }

  async #add(bytes: Buffer): Promise<void> {
    if (this.#field !== null) {
      this.#field.text += bytes.toString('utf8')
      if (this.#field.text.length > fieldCharsMax) throw deny.unreadable('a field of it is too long')
    }
    if (this.#isInFile && this.#file !== null) await this.#write(this.#file.writer, bytes)
  }

  /** Null: it is not UTF-8. */
  #decode(bytes: Buffer | null): string | null {
    try {
      return bytes === null ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true })
    } catch {
      return null
    }
  }

  async #write(writer: FileWriter, bytes: Buffer | null): Promise<void> {
    const { fileBytesMax } = this.#deps
    const text = this.#decode(bytes)
    if (text === null) throw notText()
    await writer.write(text)
    if (writer.bytes > fileBytesMax) throw deny.tooLarge(fileBytesMax)
  }

  async #end(): Promise<void> {
    if (this.#field !== null) this.#fields.set(this.#field.name, this.#field.text)
    this.#field = null
    if (!this.#isInFile || this.#file === null) return
    this.#isInFile = false
    await this.#write(this.#file.writer, null)
    await this.#file.writer.end()
  }
}

const requirePurpose = (purpose: string | undefined): void => {
  if (purpose === undefined) throw deny.parameter('purpose', "Missing required parameter: 'purpose'. Use 'batch'.")
  if (purpose !== 'batch')
    throw deny.parameter(
      'purpose',
      `The purpose '${purpose.slice(0, 50)}' has no use here yet. Files are kept for batches only: use 'batch'.`,
    )
}

/** What is wrong beyond the file itself is told only when all of the form has been seen: fields may follow the file. */
const settle = async (deps: ReceiveDeps, key: KeyRecord, { fields, file }: Received): Promise<FileRow> => {
  requirePurpose(fields.get('purpose'))
  if (file === null) throw deny.parameter('file', "Missing required parameter: 'file'.")
  const seconds = readExpiry('expires_after', fields.get('expires_after[anchor]'), fields.get('expires_after[seconds]'))
  const { row } = file
  const dueAt = seconds === null ? null : new Date(row.at.getTime() + seconds * 1000)
  return deps.database.transaction(async (tx) => {
    if ((await countBytes(tx, key.projectId)) > deps.projectBytesMax) throw deny.full(deps.projectBytesMax)
    await updateFile(tx, row.id, { isWhole: true, dueAt })
    const whole = await findFile(tx, key.projectId, row.id, deps.clock.now())
    if (whole === undefined) throw deny.noFile(row.id)
    return whole
  })
}

/**
 * Receives an uploaded file, sealed in parts as it comes. What is refused, or breaks off, leaves nothing.
 * @throws ApiRefusal
 */
export const receiveFile = async (
  deps: ReceiveDeps,
  key: KeyRecord,
  req: IncomingMessage,
): Promise<{ readonly row: FileRow; readonly name: string }> => {
  await requireKeeping(deps.database.direct, key.organisationId)
  const receiver = new FormReceiver(deps, key)
  try {
    const boundary = boundaryOf(req.headers['content-type'])
    const received = await receiver.receive(req.iterator({ destroyOnReturn: false }), boundary)
    return { row: await settle(deps, key, received), name: received.file?.name ?? '' }
  } catch (error) {
    await receiver.discard()
    throw error instanceof BadForm ? deny.unreadable(error.message) : error
  }
}
