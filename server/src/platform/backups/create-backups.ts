import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { addDuration, type CompiledPolicy, type Duration, parseDuration } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { MappedColumn } from '../db/index.ts'
import { type BackupKey, BackupUnreadable } from './backup-key.ts'
import { type Connections, countLines, dumpDatabase, type Head, type Manifest, type OnTable } from './dump-database.ts'
import { type Entry, readEntries, writeEntries } from './entries.ts'
import { folderEntries } from './journal-files.ts'
import {
  type BackupHeader,
  type BackupKind,
  openSealedFile,
  readHeader,
  type WriteSealed,
  writeSealedFile,
} from './sealed-file.ts'

/** A file in the folder of backups. */
export interface BackupFile {
  readonly path: string
  readonly bytes: number
  /** What it says of itself; null when it is no backup. */
  readonly header: BackupHeader | null
}

/** What a backup turned out to hold when all of it was read. */
export interface VerifiedBackup {
  readonly header: BackupHeader
  readonly manifest: Manifest
  readonly rows: number
  readonly files: number
}

/** How long the two kinds of backups are kept. */
export interface BackupPeriods {
  readonly data: Duration
  /** Milliseconds: shorter than the policy's time to erase, so that no key outlives the promise. */
  readonly keysMs: number
}

/** What a restore moved aside: a database with its keys, so it lives no longer than a backup of keys. */
export interface AsideFolder {
  readonly path: string
  readonly dueAt: Date
}

/** The only code that copies the database out, and that deletes such copies. */
export interface Backups {
  readonly folder: string
  /** Null: the policy says nothing of backups, so none is made. */
  readonly periods: BackupPeriods | null
  /** Writes a backup; its file is whole or not there. */
  write(kind: BackupKind, id: string, onTable?: OnTable): Promise<{ path: string; bytes: number; expiresAt: Date }>
  /** Reads all of a backup. @throws BackupUnreadable */
  verify(path: string): Promise<VerifiedBackup>
  /** What is in the folder, newest first; a half-written file is left out. */
  list(): Promise<BackupFile[]>
  /** What restores moved aside. */
  asides(): AsideFolder[]
  /**
   * Deletes what is past its time, and backups of keys that a newer one replaced.
   * @param now the retention gate's instant, which a jump of the clock does not carry away
   * @returns what it deleted
   */
  removeDue(now: Date): Promise<string[]>
  /** Deletes what a killed maker left half-written: for the one who makes backups, when it makes none. */
  removePartial(): Promise<void>
  /** How bytes become a file: what checks look at. */
  readonly seal: WriteSealed
  readonly key: BackupKey
}

const suffix = '.avowbackup'
const dayMs = 86_400_000
const keysMsMax = 7 * dayMs

/** A transform fed by a source; what fails in the source fails in it. */
const through = (source: AsyncIterable<Buffer>, transform: Transform): AsyncIterable<Buffer> => {
  pipeline(Readable.from(source), transform, () => undefined)
  return transform as AsyncIterable<Buffer>
}

/** How long a policy lets backups live; null when it says nothing of them. */
export const periodsOf = (policy: Pick<CompiledPolicy, 'source'>): BackupPeriods | null => {
  const { backups, rights } = policy.source
  const data = backups === undefined ? null : parseDuration(backups.keep)
  if (data === null) return null
  const erasure = parseDuration(rights.erasure?.deadline ?? '') ?? data
  const epoch = new Date(0)
  const msOf = (duration: Duration): number => addDuration(epoch, duration).getTime()
  return { data, keysMs: Math.min(keysMsMax, msOf(erasure) / 4, msOf(data)) }
}

/** When a backup must be gone. */
export const expiryOf = (periods: BackupPeriods, kind: BackupKind, createdAt: Date): Date =>
  kind === 'data' ? addDuration(createdAt, periods.data) : new Date(createdAt.getTime() + periods.keysMs)

/** Reads every entry of an open backup. */
export const readBackup = async (
  path: string,
  key: BackupKey,
  take: (entry: Entry<Head>) => Promise<void>,
): Promise<BackupHeader> => {
  const { header, plain } = await openSealedFile(path, key)
  try {
    await readEntries(through(plain(), createGunzip()), (entry) => take(entry as Entry<Head>))
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new BackupUnreadable(`${path} is damaged inside`, { cause: error })
    throw error
  }
  return header
}

/** Reads all of a backup and compares its rows with what it says. @throws BackupUnreadable */
export const verifyBackup = async (path: string, key: BackupKey): Promise<VerifiedBackup> => {
  let manifest: Manifest | undefined
  let [rows, files, promised] = [0, 0, -1]
  const header = await readBackup(path, key, async ({ head, body }) => {
    if (head.type === 'manifest') manifest = head
    if (head.type === 'end') promised = head.rows
    if (head.type === 'file') files++
    if (head.type !== 'table') return
    for await (const piece of body) rows += countLines(piece)
  })
  if (manifest === undefined || manifest.kind !== header.kind || rows !== promised)
    throw new BackupUnreadable(`${path} does not hold what it says: ${rows} rows of ${Math.max(promised, 0)}`)
  return { header, manifest, rows, files }
}

/** The backups in a folder, newest first. */
export const listBackups = async (folder: string): Promise<BackupFile[]> => {
  const names = await readdir(folder).catch(() => [])
  const found: BackupFile[] = []
  for (const name of names.filter((one) => !one.endsWith('.partial'))) {
    const path = join(folder, name)
    const facts = await stat(path).catch(() => null)
    if (facts === null) continue
    found.push({ path, bytes: facts.size, header: await readHeader(path).catch(() => null) })
  }
  return found.sort((a, b) => ((a.header?.createdAt ?? '') < (b.header?.createdAt ?? '') ? 1 : -1))
}

export interface BackupDeps extends Connections {
  /** Made when missing. */
  readonly folder: string
  readonly dataDir: string
  /** Folders below the data folder whose files belong to the data. */
  readonly fileFolders: readonly string[]
  readonly key: BackupKey
  readonly clock: Pick<Clock, 'now'>
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly version: string
}

async function* noFiles(): AsyncGenerator<never> {}

const writer =
  (deps: BackupDeps, periods: BackupPeriods | null): Backups['write'] =>
  async (kind, id, onTable = async () => undefined) => {
    if (periods === null) throw new Error('the policy gives backups no period')
    const { clock, folder, key, map, policy, version } = deps
    const createdAt = clock.now()
    const expiresAt = expiryOf(periods, kind, createdAt)
    const header = { id, kind, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), version }
    const files = kind === 'data' ? folderEntries(deps.dataDir, deps.fileFolders) : noFiles()
    const of = { map, policy: { id: policy.id, version: policy.version }, files, onTable }
    const plain = through(writeEntries(dumpDatabase(deps, kind, of)), createGzip({ level: 1 }))
    const path = join(folder, `${kind}-${header.createdAt.replace(/[-:]|\.\d+/g, '')}-${id}${suffix}`)
    const bytes = await writeSealedFile(path, { ...header, keyId: key.id }, key, plain)
    // One that was whole when its maker was killed, before anybody was told of it.
    const same = (await listBackups(folder)).filter((file) => file.header?.id === id && file.path !== path)
    for (const file of same) await rm(file.path, { force: true })
    return { path, bytes, expiresAt }
  }

/** What may not stay: backups past their time, by what the policy says now or what was promised when they were made. */
const dueFiles = (files: readonly BackupFile[], periods: BackupPeriods, now: Date): BackupFile[] => {
  const newestKeys = files.find(({ header }) => header?.kind === 'keys')
  return files.filter((file) => {
    const { header } = file
    if (header === null) return false
    const isReplaced = header.kind === 'keys' && file !== newestKeys
    const until = [new Date(header.expiresAt), expiryOf(periods, header.kind, new Date(header.createdAt))]
    return isReplaced || until.some((at) => at <= now)
  })
}

/** The file in a folder that was moved aside, which says since when it is: ISO 8601. */
export const movedAtFile = 'moved-at'

const findAsides = (dataDir: string, periods: BackupPeriods | null): AsideFolder[] => {
  if (periods === null || !existsSync(dataDir)) return []
  return readdirSync(dataDir).flatMap((name) => {
    const note = join(dataDir, name, movedAtFile)
    if (!name.startsWith('before-') || !existsSync(note)) return []
    const dueAt = new Date(Date.parse(readFileSync(note, 'utf8').trim()) + periods.keysMs)
    return [{ path: join(dataDir, name), dueAt }]
  })
}

export const createBackups = (deps: BackupDeps): Backups => {
  const { folder, key } = deps
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const periods = periodsOf(deps.policy)
  return {
    folder,
    periods,
    key,
    seal: writeSealedFile,
    write: writer(deps, periods),
    verify: (path) => verifyBackup(path, key),
    list: () => listBackups(folder),
    asides: () => findAsides(deps.dataDir, periods),
    removePartial: async () => {
      for (const name of await readdir(folder))
        if (name.endsWith('.partial')) await rm(join(folder, name), { force: true })
    },
    removeDue: async (now) => {
      const due = periods === null ? [] : dueFiles(await listBackups(folder), periods, now)
      for (const { path } of due) await rm(path, { force: true })
      for (const { path, dueAt } of findAsides(deps.dataDir, periods))
        if (dueAt <= now) await rm(path, { recursive: true, force: true })
      return due.map(({ path }) => path)
    },
  }
}
