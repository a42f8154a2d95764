import { restoringSchema } from '../platform/backups/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import {
  CatalogueError,
  checkCatalogue,
  compareMigrations,
  type MappedColumn,
  migrate,
  type OpenDatabase,
  openDatabase,
  type Readings,
} from '../platform/db/index.ts'
import { readForeignKeys, subjectProblems } from '../platform/gates/index.ts'
import { migrateJobs } from '../platform/jobs/index.ts'
import type { Log } from '../platform/log/index.ts'
import { createKeyFiles, openVault, type Vault } from '../platform/vault/index.ts'
import { RestoreUnfinished } from './restore-plan.ts'
import { sealPlainNames, sealPlainRows } from './seal-plain-rows.ts'

/** @throws RestoreUnfinished when a restore into a database of the operator's own was cut off */
const requireWhole = async (database: OpenDatabase): Promise<void> => {
  const { rows } = await database.pool.query<{ restoring: boolean }>(
    'select to_regnamespace($1) is not null as restoring',
    [restoringSchema],
  )
  if (rows[0]?.restoring === true)
    throw new RestoreUnfinished(
      'the database of DATABASE_URL is half restored. Go on with `avow backup restore --resume`, or start with another database',
    )
}

export interface StorageDeps {
  readonly config: { readonly masterKeyFile: string }
  readonly databaseUrl: string
  /** The same database as the vault's own role. */
  readonly vaultDatabaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly map: readonly MappedColumn[]
  /** Of the purpose gate. */
  readonly readings: Readings
  /** Another process brings the tables up to date, and makes keys; this one only looks whether that was done. */
  readonly follows?: boolean
}

/** The database is not as this version of the software wants it. */
export class DatabaseNotReady extends Error {}

export interface Storage {
  readonly database: OpenDatabase
  readonly vault: Vault
  /** Migrations applied now. */
  readonly applied: readonly string[]
}

const migrations = new URL('../../migrations', import.meta.url).pathname

/** Before anyone has an account nothing depends on the master key: a first start that was cut off may make it. */
const hasSecrets = async (database: OpenDatabase): Promise<boolean> =>
  ((await database.pool.query('select 1 from person limit 1')).rowCount ?? 0) > 0

const bringUpToDate = async (database: OpenDatabase, open: () => Promise<Vault>): Promise<string[]> => {
  const applied = await migrate(database.pool, migrations, {
    before: {
      '0402-drop-plain-personal-fields.sql': async () => sealPlainRows(database.pool, await open()),
      '1402-drop-plain-names.sql': async () => sealPlainNames(database.pool, await open()),
    },
  })
  await migrateJobs(database)
  return applied
}

const listed = (names: readonly string[]): string => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`

/** @throws DatabaseNotReady unless the main process has brought the tables to what this version knows */
const requireMigrated = async ({ pool }: OpenDatabase): Promise<string[]> => {
  const { lacking, unknown } = await compareMigrations(pool, migrations)
  if (lacking.length > 0)
    throw new DatabaseNotReady(`the database lacks ${listed(lacking)}. Start the main process of this version first`)
  if (unknown.length > 0)
    throw new DatabaseNotReady(
      `the database has ${listed(unknown)}, which this version does not know. Start a newer one`,
    )
  return []
}

/** The text of the policy in force, by what the main process decided; null before its first start. */
export const findPolicyInForce = async ({
  pool,
}: Pick<OpenDatabase, 'pool'>): Promise<{ id: string; source: string } | null> => {
  const { rows } = await pool.query<{ id: string; source: string }>(
    "select id, source from policy_version where state = 'in-force'",
  )
  return rows[0] ?? null
}

/** What has to be the same for a process beside the main one to go on: another policy, or a restore, is for it a new start. */
export const findStanding = async ({ pool }: Pick<OpenDatabase, 'pool'>): Promise<string> => {
  const { rows } = await pool.query<{ policy: string | null; restoring: boolean }>(
    "select (select id from policy_version where state = 'in-force') as policy, exists (select 1 from restore_run where state = 'loaded') as restoring",
  )
  return JSON.stringify(rows[0])
}

/**
 * Opens the database and the vault, brings their tables up to date, and compares the live catalogue with the data map.
 * @throws CatalogueError when they differ
 */
export const openStorage = async (deps: StorageDeps): Promise<Storage> => {
  const database = openDatabase(
    deps.databaseUrl,
    20,
    (error) =>
      deps.log.warn({ event: 'database-connection-lost', error: error.name }, 'an idle database connection was lost'),
    deps.readings,
  )
  let vault: Vault | undefined
  try {
    await requireWhole(database)
    const open = async (): Promise<Vault> => {
      vault ??= await openVault({
        databaseUrl: deps.vaultDatabaseUrl,
        files: createKeyFiles(deps.config.masterKeyFile),
        clock: deps.clock,
        log: deps.log.child('vault'),
        hasSecrets: deps.follows === true || (await hasSecrets(database)),
      })
      return vault
    }
    const applied = deps.follows === true ? await requireMigrated(database) : await bringUpToDate(database, open)
    const opened = await open()
    const findings = await checkCatalogue(database.pool, deps.map)
    if (findings.undeclared.length > 0 || findings.missing.length > 0) throw new CatalogueError(findings)
    const unowned = subjectProblems(deps.map, await readForeignKeys(database.pool))
    if (unowned.length > 0) throw new Error(`the data map does not say whose data this is:\n  ${unowned.join('\n  ')}`)
    return { database, vault: opened, applied }
  } catch (error) {
    await vault?.close()
    await database.close()
    throw error
  }
}
