import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { Refusal } from '../../../platform/http/index.ts'
import type { ArchiveFile } from './tar.ts'

const blockBytes = 512
/** What an archive may be unpacked. */
const unpackedBytesMax = 96 * 1024 * 1024
const filesMax = 300
const fileName = /^(?:manifest\.json|data\/[a-z][a-z0-9_]{0,60}\.jsonl)$/

const manifestSchema = z.object({
  format: z.literal('avow-export'),
  version: z.literal(2),
  madeAt: z.iso.datetime(),
  tables: z.array(
    z.object({
      table: z.string().regex(/^[a-z][a-z0-9_]{0,60}$/),
      file: z.string(),
      rows: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>
type Row = Readonly<Record<string, unknown>>

/** What an export of another Avow holds, file by file compared with its manifest. */
export interface ReadExport {
  readonly manifest: Manifest
  /** By table. */
  readonly rows: ReadonlyMap<string, readonly Row[]>
}

const refuse = (why: string): Refusal =>
  new Refusal('archive_invalid', `The archive cannot be read: ${why}. Nothing was imported.`)

const unpack = (archive: Buffer): Buffer => {
  try {
    return gunzipSync(archive, { maxOutputLength: unpackedBytesMax })
  } catch (error) {
    const isBomb = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    throw refuse(isBomb ? `it unpacks to more than ${unpackedBytesMax} bytes` : 'it is no gzip file, or it breaks off')
  }
}

const textAt = (block: Buffer, from: number, length: number): string => {
  const field = block.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

const octalAt = (block: Buffer, from: number, length: number): number => {
  const text = textAt(block, from, length).trim()
  if (!/^[0-7]{1,11}$/.test(text)) throw refuse('a header in it is damaged')
  return Number.parseInt(text, 8)
}

/** The name and length that a header gives. Only plain files by the names of an export: no paths, links or folders. */
const readHeader = (block: Buffer): { name: string; length: number } => {
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (octalAt(block, 148, 8) !== sum) throw refuse('a header in it is damaged')
  const [name, kind, prefix] = [textAt(block, 0, 100), textAt(block, 156, 1), textAt(block, 345, 155)]
  if (prefix !== '' || !fileName.test(name)) throw refuse('it holds a file that no export has')
  if (kind !== '0' && kind !== '') throw refuse(`${name} in it is no plain file`)
  return { name, length: octalAt(block, 124, 12) }
}

const readFiles = (tar: Buffer): Map<string, Buffer> => {
  const files = new Map<string, Buffer>()
  let at = 0
  for (;;) {
    const block = tar.subarray(at, at + blockBytes)
    if (block.length < blockBytes) throw refuse('it breaks off')
    if (block.every((byte) => byte === 0)) return files
    const { name, length } = readHeader(block)
    const end = at + blockBytes + length
    if (end > tar.length) throw refuse('it breaks off')
    if (files.has(name)) throw refuse(`it holds ${name} twice`)
    if (files.size >= filesMax) throw refuse(`it holds more than ${filesMax} files`)
    files.set(name, tar.subarray(at + blockBytes, end))
    at = end + ((blockBytes - (length % blockBytes)) % blockBytes)
  }
}

/** The files of an export, as they are. @throws Refusal archive_invalid */
export const unpackArchive = (archive: Buffer): ArchiveFile[] =>
  [...readFiles(unpack(archive))].map(([name, content]) => ({ name, content }))

/** Undefined for what is no JSON. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readManifest = (content: Buffer | undefined): Manifest => {
  if (content === undefined) throw refuse('it has no manifest.json')
  const parsed = manifestSchema.safeParse(parseJson(content.toString('utf8')))
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.join('.') ?? ''
  throw refuse(`its manifest.json is not that of an export (${place})`)
}

const readRows = (file: string, content: Buffer, rows: number): Row[] => {
  const lines = content.length === 0 ? [] : content.toString('utf8').trimEnd().split('\n')
  if (lines.length !== rows) throw refuse(`${file} has ${lines.length} lines, and its manifest says ${rows}`)
  return lines.map((line, index) => {
    const row = parseJson(line)
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw refuse(`line ${index + 1} of ${file} is no JSON object`)
    return row as Row
  })
}

/**
 * Reads an export in memory; nothing of it is written to a disk.
 * @throws Refusal archive_invalid for whatever no export of ours is: bombs, paths, links, files that are damaged, missing or edited
 */
export const readArchive = (archive: Buffer): ReadExport => {
  const files = readFiles(unpack(archive))
  const manifest = readManifest(files.get('manifest.json'))
  const rows = new Map<string, readonly Row[]>()
  for (const { table, file, rows: count, sha256 } of manifest.tables) {
    const content = files.get(file)
    if (file !== `data/${table}.jsonl` || content === undefined) throw refuse(`${file} is missing`)
    if (createHash('sha256').update(content).digest('hex') !== sha256)
      throw refuse(`${file} is not what its manifest says: it was changed or damaged`)
    rows.set(table, readRows(file, content, count))
  }
  const extra = [...files.keys()].find(
    (name) => name !== 'manifest.json' && !manifest.tables.some(({ file }) => file === name),
  )
  if (extra !== undefined) throw refuse(`${extra} is not in its manifest`)
  return { manifest, rows }
}
