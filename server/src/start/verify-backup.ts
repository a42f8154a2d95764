/** Reads all of a backup and says whether it is whole. Started by `avow backup verify`; prints JSON. */
import { statSync } from 'node:fs'
import { ConfigError, processEnvironment, readConfig } from '../config.ts'
import { BackupUnreadable, readBackupKey, verifyBackup } from '../platform/backups/index.ts'
import { findBackupFile } from './restore-files.ts'

const run = async (named: string): Promise<void> => {
  const { backups } = readConfig(processEnvironment(), 'verify')
  const file = await findBackupFile(named, backups.dir)
  const { header, manifest, rows, files } = await verifyBackup(file, readBackupKey(backups.keyFile))
  const { id, kind, createdAt, expiresAt, version } = header
  const facts = { rows, files, tables: manifest.tables.length, bytes: statSync(file).size }
  process.stdout.write(`${JSON.stringify({ file, id, kind, createdAt, expiresAt, version, ...facts })}\n`)
}

run(process.argv[2] ?? '').catch((error: unknown) => {
  const isKnown = error instanceof BackupUnreadable || error instanceof ConfigError
  const text = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${isKnown ? error.message : text}\n`)
  process.exitCode = 1
})
