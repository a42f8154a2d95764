import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** A key-encryption key: it wraps data keys and is never in the database. */
export interface WrappingKey {
  /** Told apart by this; nothing of the key can be read from it. */
  readonly id: string
  readonly key: Buffer
  /** As it stands in its file, 32 bytes. */
  readonly master: Buffer
}

/** Where the key-encryption key is kept. The default is a file; a key service can stand in its place. */
export interface KeyFiles {
  /** The key in force and, while it is being replaced, the one that follows. Both are read anew at each call. */
  read(): { current: WrappingKey | null; next: WrappingKey | null }
  /** Makes the first key. */
  makeFirst(): WrappingKey
  /** Makes the key that follows, on disk before it returns; the same one if there is one already. */
  makeNext(): WrappingKey
  /** Puts the key that follows in the place of the one in force, in one step. */
  promote(): void
}

export const wrappingKey = (master: Buffer): WrappingKey => {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'avow', use, 32))
  return {
    id: createHash('sha256').update(derive('key-encryption-id')).digest('hex').slice(0, 16),
    key: derive('key-encryption'),
    master,
  }
}

const readKey = (file: string): WrappingKey | null => {
  if (!existsSync(file)) return null
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  const master = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (master.length !== 32) throw new Error(`the master key ${file} must hold 32 bytes in base64`)
  return wrappingKey(master)
}

const syncFolder = (file: string): void => {
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** A key is whole in its file or not there at all: it is written aside and renamed. */
const writeKey = (file: string): WrappingKey => {
  const master = randomBytes(32)
  const aside = `${file}.${randomBytes(4).toString('hex')}`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(aside, `${master.toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(aside, file)
  syncFolder(file)
  return wrappingKey(master)
}

/** The key-encryption key in `file` (mode 0600), and the one that follows beside it. */
export const createKeyFiles = (file: string): KeyFiles => {
  const next = `${file}.next`
  return {
    // The next first: between the two reads it may only become the current one, which is then found there.
    read: () => {
      const following = readKey(next)
      return { next: following, current: readKey(file) }
    },
    makeFirst: () => readKey(file) ?? writeKey(file),
    makeNext: () => readKey(next) ?? writeKey(next),
    promote: () => {
      if (!existsSync(next)) return
      renameSync(next, file)
      syncFolder(file)
    },
  }
}
