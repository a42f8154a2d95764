import { basename } from 'node:path'
import { addDuration, parseDuration } from '@avow/policy'
import {
  type BackupRow,
  type Backups,
  BackupUnreadable,
  findLastAct,
  findNewestBackup,
  findWaitingBackup,
  insertBackup,
  markExpired,
  updateBackup,
} from '../../platform/backups/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database } from '../../platform/db/index.ts'
import { recordDecision } from '../../platform/evidence/index.ts'
import type { RetentionGate } from '../../platform/gates/index.ts'
import { newId } from '../../platform/ids.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface TendBackupsDeps {
  readonly backups: Backups
  readonly database: Database
  readonly vault: Pick<Vault, 'changedAt' | 'isRotating'>
  readonly clock: Clock
  readonly gates: { readonly retention: Pick<RetentionGate, 'instant'> }
  readonly log: Log
  /** How often one is made by itself: ISO 8601; undefined: never. */
  readonly every: string | undefined
}

export const tendBackupsJob = 'tend-backups'

const lockId = 4_157_051 // any constant: one maker of backups at a time on one database
const keysEveryMs = 3_600_000
/** What was begun before a snapshot may be committed after it. */
const commitMs = 60_000
const retryMs = 3_600_000

/** When the next one is due by itself; null: never. */
export const nextBackupAt = (
  deps: Pick<TendBackupsDeps, 'every' | 'backups'>,
  newest: BackupRow | undefined,
): Date | null => {
  const every = deps.every === undefined || deps.backups.periods === null ? null : parseDuration(deps.every)
  if (every === null) return null
  if (newest === undefined) return new Date(0)
  return newest.state === 'failed' ? new Date(newest.askedAt.getTime() + retryMs) : addDuration(newest.askedAt, every)
}

const makeKeys = async ({ backups, clock }: TendBackupsDeps): Promise<void> => {
  const { path } = await backups.write('keys', newId('bak', clock))
  await backups.verify(path)
}

/** Makes both files and reads them again. What a killed maker left begins anew. */
const make = async (deps: TendBackupsDeps, { id }: BackupRow): Promise<void> => {
  const { backups, clock, database, log } = deps
  await updateBackup(database.direct, id, { state: 'running', begunAt: clock.now() })
  try {
    const { path, bytes, expiresAt } = await backups.write('data', id, ({ tablesDone, tablesTotal, rows }) =>
      updateBackup(database.direct, id, { tablesDone, tablesTotal, rows }),
    )
    await makeKeys(deps)
    const { rows } = await backups.verify(path)
    await database.transaction(async (tx) => {
      const finishedAt = clock.now()
      await updateBackup(tx, id, { state: 'kept', finishedAt, expiresAt, file: basename(path), bytes, rows })
      await recordDecision(tx, clock, { gate: 'backup', decision: 'done', rule: 'backup made', counted: rows })
    })
    log.info({ event: 'backup-made', bytes, count: rows }, 'a backup was made')
  } catch (error) {
    const { code, error: kind } = describeError(error)
    const reason = error instanceof BackupUnreadable ? error.message : `it could not be written: ${code ?? kind}`
    log.error({ event: 'backup-failed', ...describeError(error) }, 'a backup could not be made')
    await updateBackup(database.direct, id, { state: 'failed', finishedAt: clock.now(), reason })
  }
}

/** The keys' backup is as new as the last erasure or hold, and an hour old at most. */
const keysAreOld = async ({ backups, clock, database, vault }: TendBackupsDeps): Promise<boolean> => {
  const files = await backups.list()
  if (!files.some(({ header }) => header?.kind === 'data')) return false
  const newest = files.find(({ header }) => header?.kind === 'keys')?.header
  if (newest == null) return true
  const madeMs = Date.parse(newest.createdAt)
  const acts = [await findLastAct(database.direct), await vault.changedAt()]
  return clock.nowMs() - madeMs >= keysEveryMs || acts.some((at) => at !== null && at.getTime() > madeMs - commitMs)
}

const expire = async ({ backups, clock, database, gates }: TendBackupsDeps): Promise<void> => {
  const now = await gates.retention.instant(database.direct)
  await backups.removeDue(now)
  const files = (await backups.list()).map(({ path }) => basename(path))
  await database.transaction(async (tx) => {
    const counted = await markExpired(tx, files, now)
    if (counted > 0)
      await recordDecision(tx, clock, { gate: 'backup', decision: 'done', rule: 'backup expired', counted })
  })
}

const tend = async (deps: TendBackupsDeps, signal: AbortSignal): Promise<void> => {
  const { clock, database, vault } = deps
  await deps.backups.removePartial()
  await expire(deps)
  // Half of the keys would be under a key that is about to go.
  if (deps.backups.periods === null || (await vault.isRotating())) return
  const due = nextBackupAt(deps, await findNewestBackup(database.direct))
  const isWaiting = (await findWaitingBackup(database.direct)) !== undefined
  if (due !== null && due <= clock.now() && !isWaiting)
    await insertBackup(database.direct, newId('bak', clock), clock.now())
  for (let row = await findWaitingBackup(database.direct); row !== undefined && !signal.aborted; ) {
    await make(deps, row)
    row = await findWaitingBackup(database.direct)
  }
  if (!signal.aborted && (await keysAreOld(deps))) {
    await makeKeys(deps)
    await expire(deps)
  }
}

/** Every minute: what is due is deleted, what is due or was asked for is made, and the keys' backup kept new. */
export const createTendBackupsJob = (deps: TendBackupsDeps): Job => ({
  name: tendBackupsJob,
  cron: '* * * * *',
  readsFor: ['security', 'legal'],
  run: async (_payload, signal) => {
    await deps.database.alone(lockId, () => tend(deps, signal))
  },
})
