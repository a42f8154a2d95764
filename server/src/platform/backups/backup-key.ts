import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The key of all backups of an installation: 32 bytes in a file of its own, which the operator keeps a copy of. */
export interface BackupKey {
  /** Told apart by this; nothing of the key can be read from it. */
  readonly id: string
  readonly bytes: Buffer
}

/** A backup that cannot be read, in words for the operator: which file, why, and what to do. */
export class BackupUnreadable extends Error {}

/** @throws BackupUnreadable when the file is not there or holds no key */
export const readBackupKey = (file: string): BackupKey => {
  if (!existsSync(file))
    throw new BackupUnreadable(
      `the backup key ${file} is not there. Put your copy of it there (mode 0600): no backup opens without it`,
    )
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  const bytes = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (bytes.length !== 32) throw new BackupUnreadable(`the backup key ${file} must hold 32 bytes in base64`)
  return { id: createHash('sha256').update('avow backup key').update(bytes).digest('hex').slice(0, 16), bytes }
}

/** The key in the file; a new one where there is none. */
export const takeBackupKey = (file: string): BackupKey => {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const aside = `${file}.${randomBytes(4).toString('hex')}`
    writeFileSync(aside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(aside, file)
  }
  return readBackupKey(file)
}
