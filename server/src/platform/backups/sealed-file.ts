import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type BackupKey, BackupUnreadable } from './backup-key.ts'

export const backupKinds = ['data', 'keys'] as const
export type BackupKind = (typeof backupKinds)[number]

/** What stands in clear before the sealed part, and is authenticated with it. Nothing of a person. */
export interface BackupHeader {
  readonly id: string
  readonly kind: BackupKind
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly expiresAt: string
  /** Which key opens it. */
  readonly keyId: string
  /** The version of Avow that wrote it. */
  readonly version: string
}

const magic = Buffer.from('AVOWBAK1')
const chunkBytes = 256 * 1024
const tagBytes = 16
const headerBytesMax = 64 * 1024

type Bytes = AsyncIterable<Buffer>

/** A key for this file alone: its nonces can then be counted. */
const fileKey = (key: BackupKey, salt: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key.bytes, Buffer.from(salt, 'base64'), 'avow backup file', 32))

/** Position and end are part of the nonce (STREAM, Hoang et al. 2015): chunks cannot be moved, left out or cut off. */
const nonceOf = (index: number, isLast: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

/** Gathers pieces of any size into pieces of one size; the last may be shorter. */
async function* inChunks(source: Bytes, size: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const piece of source) {
    parts.push(piece)
    length += piece.length
    if (length < size) continue
    let all = Buffer.concat(parts)
    for (; all.length >= size; all = all.subarray(size)) yield all.subarray(0, size)
    parts = [all]
    length = all.length
  }
  if (length > 0) yield Buffer.concat(parts)
}

/** Tells of each piece whether it is the last; there is always one. */
async function* withLast(source: Bytes): AsyncGenerator<{ piece: Buffer; isLast: boolean }> {
  let held: Buffer | undefined
  for await (const piece of source) {
    if (held !== undefined) yield { piece: held, isLast: false }
    held = piece
  }
  yield { piece: held ?? Buffer.alloc(0), isLast: true }
}

const headerBlock = (header: BackupHeader & { salt: string }): Buffer => {
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([magic, length, text])
}

async function* sealChunks(block: Buffer, key: Buffer, plain: Bytes): AsyncGenerator<Buffer> {
  yield block
  const associated = createHash('sha256').update(block).digest()
  let index = 0
  for await (const { piece, isLast } of withLast(inChunks(plain, chunkBytes))) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index++, isLast)).setAAD(associated)
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()])
  }
}

/** How plain bytes become a file. Checks replace it to see that they would notice. */
export type WriteSealed = typeof writeSealedFile

/**
 * Writes a sealed file: whole under its name or not there at all. AES-256-GCM in authenticated chunks of 256 KiB.
 * @returns its size in bytes
 */
export const writeSealedFile = async (
  path: string,
  header: BackupHeader,
  key: BackupKey,
  plain: Bytes,
): Promise<number> => {
  const salt = randomBytes(32).toString('base64')
  const partial = `${path}.partial`
  try {
    const sealed = sealChunks(headerBlock({ ...header, salt }), fileKey(key, salt), plain)
    await pipeline(Readable.from(sealed), createWriteStream(partial, { mode: 0o600, flush: true }))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
  return (await stat(path)).size
}

const unreadable = (path: string, why: string): BackupUnreadable => new BackupUnreadable(`${path} ${why}`)

const readBlock = async (path: string): Promise<Buffer> => {
  const file = await open(path).catch(() => {
    throw unreadable(path, 'is not there or cannot be read')
  })
  try {
    const start = Buffer.alloc(magic.length + 4)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    if (bytesRead < start.length || !start.subarray(0, magic.length).equals(magic))
      throw unreadable(path, 'is not a backup of Avow: it does not begin like one')
    const length = start.readUInt32BE(magic.length)
    const block = Buffer.alloc(start.length + length)
    const read = length > headerBytesMax ? 0 : (await file.read(block, 0, block.length, 0)).bytesRead
    if (read < block.length) throw unreadable(path, 'is cut off in its header')
    return block
  } finally {
    await file.close()
  }
}

const parseHeader = (path: string, block: Buffer): BackupHeader & { salt: string } => {
  try {
    const header = JSON.parse(block.subarray(magic.length + 4).toString()) as BackupHeader & { salt: string }
    const isWhole =
      backupKinds.includes(header.kind) && [header.createdAt, header.expiresAt].every((at) => Date.parse(at) > 0)
    if (isWhole && typeof header.salt === 'string') return header
  } catch {
    // Told below, in the same words as a header that is JSON and not ours.
  }
  throw unreadable(path, 'has a damaged header')
}

/** What a backup says of itself; its truth is known only once it was opened. @throws BackupUnreadable */
export const readHeader = async (path: string): Promise<BackupHeader> => parseHeader(path, await readBlock(path))

const openChunk = (key: Buffer, associated: Buffer, index: number, isLast: boolean, sealed: Buffer): Buffer | null => {
  if (sealed.length < tagBytes) return null
  const body = sealed.subarray(0, -tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast), { authTagLength: tagBytes })
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch {
    return null
  }
}

async function* openChunks(path: string, block: Buffer, key: Buffer): AsyncGenerator<Buffer> {
  const associated = createHash('sha256').update(block).digest()
  const source = createReadStream(path, { start: block.length, highWaterMark: 1 << 20 })
  let index = 0
  for await (const { piece, isLast } of withLast(inChunks(source as Bytes, chunkBytes + tagBytes))) {
    const plain = openChunk(key, associated, index, isLast, piece)
    if (plain !== null) yield plain
    else if (isLast && openChunk(key, associated, index, false, piece) !== null)
      throw unreadable(path, 'is cut off: its end is missing. Copy it again from where it was made')
    else throw unreadable(path, `was changed or is damaged after ${index * chunkBytes} bytes. Take another copy of it`)
    index++
  }
}

export interface SealedFile {
  readonly header: BackupHeader
  /** The plain bytes; throws BackupUnreadable where they are not those that were sealed. */
  plain(): Bytes
}

/** @throws BackupUnreadable when it is no backup, or one under another key */
export const openSealedFile = async (path: string, key: BackupKey): Promise<SealedFile> => {
  const block = await readBlock(path)
  const header = parseHeader(path, block)
  if (header.keyId !== key.id)
    throw unreadable(
      path,
      `was made under another backup key (${header.keyId}, yours is ${key.id}). Use the key file of the installation that made it`,
    )
  return { header, plain: () => openChunks(path, block, fileKey(key, header.salt)) }
}
