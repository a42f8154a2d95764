import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import {
  type BackupKey,
  BackupUnreadable,
  listBackups,
  type RestoredFiles,
  readBackupKey,
  type VerifiedBackup,
  verifyBackup,
} from '../platform/backups/index.ts'
import { createKeyFiles } from '../platform/vault/index.ts'

/** What a person asks of `avow backup restore`. */
export interface RestoreWish {
  /** A file, its name in the folder of backups, or an id. */
  readonly file?: string
  readonly keys?: string
  /** A new data folder. */
  readonly into?: string
  /** Where the keys are that the new folder needs. */
  readonly secrets?: string
  readonly evenExpired?: boolean
  readonly resume?: boolean
  readonly abandon?: boolean
}

/** @param named a path, a name in the folder of backups, or the id of a backup there */
export const findBackupFile = async (named: string, folder: string): Promise<string> => {
  for (const path of [resolve(named), join(folder, named)]) if (named !== '' && existsSync(path)) return path
  const found = (await listBackups(folder)).find(({ header }) => header?.id === named)
  if (found === undefined) throw new BackupUnreadable(`there is no backup ${named}, neither here nor in ${folder}`)
  return found.path
}

/** The newest backup of keys in a folder. */
export const findNewestKeys = async (folder: string): Promise<string> => {
  const found = (await listBackups(folder)).find(({ header }) => header?.kind === 'keys')
  if (found === undefined)
    throw new BackupUnreadable(
      `there is no backup of keys in ${folder}. Name one with --keys: without it nothing says who was erased, and nothing sealed can be read`,
    )
  return found.path
}

const secretNames = ['master.key', 'master.key.next', 'backup.key']

/** A new data folder gets the keys that it needs. @throws BackupUnreadable when it holds something already */
export const prepareNewFolder = (folder: string, secrets: string): void => {
  const held = existsSync(folder)
    ? readdirSync(folder).filter((name) => !['restore', 'secrets', 'server.lock'].includes(name))
    : []
  if (held.length > 0)
    throw new BackupUnreadable(`${folder} is not empty (${held[0]}). Name a folder that is not there yet`)
  mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 })
  for (const name of secretNames) {
    const [from, to] = [join(secrets, name), join(folder, 'secrets', name)]
    if (existsSync(from) && !existsSync(to)) copyFileSync(from, to)
  }
}

const requireTime = ({ header }: VerifiedBackup, path: string, now: Date, evenExpired: boolean): void => {
  if (evenExpired || new Date(header.expiresAt) > now) return
  throw new BackupUnreadable(
    `${path} expired at ${header.expiresAt}: the policy wants it gone by then. Give --even-expired if there is nothing newer`,
  )
}

const requireKind = ({ header }: VerifiedBackup, path: string, kind: string): void => {
  if (header.kind !== kind)
    throw new BackupUnreadable(`${path} is a backup of ${header.kind}; wanted is one of ${kind}`)
}

/** The keys' wrapping must open with a master key that is here. */
const requireMasterKey = ({ manifest }: VerifiedBackup, file: string): void => {
  const { current, next } = createKeyFiles(file).read()
  if ([current, next].some((key) => key?.id === manifest.masterKeyId)) return
  throw new BackupUnreadable(
    `the master key ${manifest.masterKeyId ?? ''} is not in ${file}: without it nothing that is sealed can be read. Put your copy of it there (mode 0600)`,
  )
}

/**
 * Reads both files whole, before anything is touched.
 * @throws BackupUnreadable when one is damaged, foreign, expired, or they do not belong together
 */
export const readRestoredFiles = async (
  paths: { readonly data: string; readonly keys: string },
  of: { readonly config: Pick<Config, 'backups' | 'masterKeyFile'>; readonly now: Date; readonly evenExpired: boolean },
): Promise<RestoredFiles> => {
  const key: BackupKey = readBackupKey(of.config.backups.keyFile)
  const data = await verifyBackup(paths.data, key)
  requireKind(data, paths.data, 'data')
  const keys = await verifyBackup(paths.keys, key)
  requireKind(keys, paths.keys, 'keys')
  requireTime(data, paths.data, of.now, of.evenExpired)
  requireTime(keys, paths.keys, of.now, of.evenExpired)
  if (keys.header.createdAt < data.header.createdAt)
    throw new BackupUnreadable(
      `${paths.keys} (${keys.header.createdAt}) is older than the data (${data.header.createdAt}): what was erased between the two would come back. Take a newer backup of keys`,
    )
  requireMasterKey(keys, of.config.masterKeyFile)
  return { data: { ...data, path: paths.data }, keys: { ...keys, path: paths.keys }, key }
}
