import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CompiledPolicy } from '@avow/policy'
import { backedUpFolders, dataMap } from '../app.ts'
import type { Config } from '../config.ts'
import {
  BackupUnreadable,
  createBackups,
  type RestoredFiles,
  readBackupKey,
  restoreDatabase,
} from '../platform/backups/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import { newId } from '../platform/ids.ts'
import type { Log } from '../platform/log/index.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres, stopOrphan } from '../platform/postgres/index.ts'
import type { DataFolder } from './data-folder.ts'
import {
  findBackupFile,
  findNewestKeys,
  prepareNewFolder,
  type RestoreWish,
  readRestoredFiles,
} from './restore-files.ts'
import {
  abandonRestore,
  moveIntoPlace,
  type OnStep,
  type RestorePlan,
  readPlan,
  stagingOf,
  writePlan,
} from './restore-plan.ts'

export interface RestoreDeps {
  /** Of the data folder that is restored into. */
  readonly config: Config
  /** Where backups are named from. */
  readonly backupsFolder: string
  /** Where a new data folder gets its keys from; null when the data folder has its own. */
  readonly secretsFolder: string | null
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly log: Log
  readonly folder: DataFolder
  readonly say: (line: string) => void
  readonly onStep: OnStep
}

/** What `avow backup restore --json` prints. */
export interface Restored {
  readonly folder: string
  readonly backup: string
  readonly backupAt: string
  readonly keysAt: string
  readonly rows: number
  readonly aside: string | null
  readonly abandoned: boolean
}

const passwordOf = (folder: DataFolder): string => folder.secret('secrets/database-password')

const withPostgres = async <T>(
  { folder, log }: RestoreDeps,
  path: string,
  work: (postgres: EmbeddedPostgres) => Promise<T>,
): Promise<T> => {
  const postgres = await startEmbeddedPostgres(path, passwordOf(folder), log.child('database'))
  try {
    return await work(postgres)
  } finally {
    await postgres.stop()
  }
}

/** The keys as they are now in the database that is about to be moved aside: nothing erased since is forgotten. */
const takeKeysNow = (deps: RestoreDeps): Promise<string> => {
  const { clock, config, policy } = deps
  return withPostgres(deps, deps.folder.path, async ({ url, vaultUrl }) => {
    const backups = createBackups({
      databaseUrl: url,
      vaultDatabaseUrl: vaultUrl,
      folder: config.backups.dir,
      dataDir: config.dataDir,
      fileFolders: backedUpFolders,
      key: readBackupKey(config.backups.keyFile),
      clock,
      policy,
      map: dataMap,
      version: config.version,
    })
    return (await backups.write('keys', newId('bak', clock))).path
  })
}

const chooseKeys = async (deps: RestoreDeps, wish: RestoreWish): Promise<string> => {
  if (wish.keys !== undefined) return findBackupFile(wish.keys, deps.backupsFolder)
  const hasDatabase = deps.config.databaseUrl === undefined && existsSync(join(deps.folder.path, 'postgres.complete'))
  if (!hasDatabase) return findNewestKeys(deps.backupsFolder)
  deps.say('taking the keys, holds and erasures of the database that is there')
  try {
    return await takeKeysNow(deps)
  } catch (error) {
    deps.say(
      `the database that is there does not give its keys: ${error instanceof Error ? error.message : String(error)}`,
    )
    deps.say('the newest backup of keys is used instead')
    return findNewestKeys(deps.backupsFolder)
  }
}

/** Whatever an earlier try left; a database that its kill left running is ended first. */
const clearStaging = async ({ folder, log }: RestoreDeps): Promise<void> => {
  const staging = stagingOf(folder.path)
  if (!existsSync(staging)) return
  await stopOrphan(join(staging, 'postgres'), log)
  for (const name of readdirSync(staging)) if (name !== 'plan.json') rmSync(join(staging, name), { recursive: true })
}

const load = async (deps: RestoreDeps, plan: RestorePlan, files: RestoredFiles): Promise<void> => {
  const { config, folder, onStep } = deps
  const staging = stagingOf(folder.path)
  // An empty one too takes the place of the journal that is there.
  mkdirSync(join(staging, 'journal'), { recursive: true, mode: 0o700 })
  const of = { dataDir: staging, run: { id: plan.id, at: new Date(plan.begunAt) }, onStep }
  if (config.databaseUrl !== undefined) {
    const vaultDatabaseUrl = config.vaultDatabaseUrl ?? config.databaseUrl
    return restoreDatabase({ databaseUrl: config.databaseUrl, vaultDatabaseUrl }, files, of)
  }
  await withPostgres(deps, staging, async ({ url, vaultUrl }) => {
    await onStep('database-started')
    await restoreDatabase({ databaseUrl: url, vaultDatabaseUrl: vaultUrl }, files, of)
  })
  await onStep('database-stopped')
}

const planNew = async (deps: RestoreDeps, wish: RestoreWish): Promise<{ plan: RestorePlan; files: RestoredFiles }> => {
  const { clock, config } = deps
  const dataFile = await findBackupFile(wish.file ?? '', deps.backupsFolder)
  const keysFile = await chooseKeys(deps, wish)
  deps.say('reading both backups whole')
  const evenExpired = wish.evenExpired ?? false
  const files = await readRestoredFiles({ data: dataFile, keys: keysFile }, { config, now: clock.now(), evenExpired })
  const { data, keys } = files
  const result = {
    backup: data.header.id,
    backupAt: data.header.createdAt,
    keysAt: keys.header.createdAt,
    rows: data.rows,
  }
  const id = newId('rst', clock)
  const begunAt = clock.now().toISOString()
  return { plan: { id, phase: 'loading', dataFile, keysFile, evenExpired, begunAt, result }, files }
}

const planAgain = async (
  deps: RestoreDeps,
  plan: RestorePlan,
): Promise<{ plan: RestorePlan; files: RestoredFiles }> => {
  const paths = { data: plan.dataFile, keys: plan.keysFile }
  // It was in time when the restore was begun.
  const of = { config: deps.config, now: new Date(plan.begunAt), evenExpired: plan.evenExpired }
  return { plan, files: await readRestoredFiles(paths, of) }
}

/**
 * Restores a backup into the data folder. What is loaded stands beside what is there until all of it is whole; then they
 * change places. Cut off anywhere, a call with `resume` ends it, and no server starts before.
 * @throws BackupUnreadable, RestoreUnfinished
 */
export const restoreFolder = async (deps: RestoreDeps, wish: RestoreWish): Promise<Restored> => {
  const { folder, onStep, say } = deps
  const begun = readPlan(folder.path)
  if (wish.abandon) {
    await clearStaging(deps)
    if (!abandonRestore(folder.path)) throw new BackupUnreadable(`no restore was begun in ${folder.path}`)
    return { folder: folder.path, backup: '', backupAt: '', keysAt: '', rows: 0, aside: null, abandoned: true }
  }
  if (wish.resume && begun === null) throw new BackupUnreadable(`no restore was begun in ${folder.path}`)
  if (!wish.resume && begun !== null)
    throw new BackupUnreadable(
      `a restore of ${begun.dataFile} was begun in ${folder.path}: go on with --resume, or give it up with --abandon`,
    )
  let plan = begun
  if (plan?.phase !== 'moving') {
    if (deps.secretsFolder !== null) prepareNewFolder(folder.path, deps.secretsFolder)
    const made = plan === null ? await planNew(deps, wish) : await planAgain(deps, plan)
    writePlan(folder.path, made.plan)
    await onStep('planned')
    await clearStaging(deps)
    say(`loading ${made.files.data.rows.toLocaleString('en')} rows`)
    await load(deps, made.plan, made.files)
    plan = { ...made.plan, phase: 'moving' }
    if (deps.config.databaseUrl === undefined) await stopOrphan(join(folder.path, 'postgres'), deps.log)
    writePlan(folder.path, plan)
    await onStep('moving')
  }
  const aside = await moveIntoPlace(folder.path, plan, onStep)
  return { folder: folder.path, ...plan.result, aside, abandoned: false }
}
