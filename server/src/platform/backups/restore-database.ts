import { Client, Pool } from 'pg'
import { migrate } from '../db/index.ts'
import { migrateJobs } from '../jobs/index.ts'
import { prepareVault } from '../vault/prepare-vault.ts'
import { type BackupKey, BackupUnreadable } from './backup-key.ts'
import { readBackup, type VerifiedBackup } from './create-backups.ts'
import type { Connections, Head, Manifest } from './dump-database.ts'
import type { Entry } from './entries.ts'
import { restoreFile } from './journal-files.ts'
import { loadTable, replaceKeys, replaceRows, requireSameTables } from './load-database.ts'

/** Both files of a restore, read whole before. */
export interface RestoredFiles {
  readonly data: VerifiedBackup & { readonly path: string }
  readonly keys: VerifiedBackup & { readonly path: string }
  readonly key: BackupKey
}

/** Told after each step. */
export type OnRestoreStep = (step: string) => Promise<void>

const migrations = new URL('../../../migrations', import.meta.url).pathname
/** While it exists the database is half restored, and nobody may serve from it. */
export const restoringSchema = 'avow_restoring'

const isOurs = "n.nspname in ('public', 'graphile_worker', 'vault')"

/** @throws BackupUnreadable when the database holds something that is not from a restore that was cut off */
const requireEmpty = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ restoring: boolean; tables: number }>(
    `select to_regnamespace('${restoringSchema}') is not null as restoring,
       (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${isOurs}) as tables`,
  )
  const [found] = rows
  if (found?.restoring !== true && (found?.tables ?? 0) > 0)
    throw new BackupUnreadable(
      'the database of DATABASE_URL is not empty. Make an empty one and name that one: a restore deletes nothing',
    )
}

const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url, keepAlive: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Marks the database, and removes what an earlier try left in it. */
const beginAnew = async ({ databaseUrl, vaultDatabaseUrl }: Connections): Promise<void> => {
  await withClient(databaseUrl, async (client) => {
    await requireEmpty(client)
    const { rowCount } = await client.query(`select 1 from pg_namespace where nspname = '${restoringSchema}'`)
    if (rowCount === 0) await client.query(`create schema ${restoringSchema}`)
    else {
      await client.query('drop schema if exists public, graphile_worker cascade')
      await client.query('create schema public')
      // Another role's tables stay: their rows are replaced.
      if (databaseUrl === vaultDatabaseUrl) await client.query('drop schema if exists vault cascade')
    }
  })
}

const migrateTo = async (databaseUrl: string, wanted: readonly Manifest[]): Promise<void> => {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 })
  pool.on('error', () => undefined)
  try {
    const only = new Set(wanted.flatMap((manifest) => manifest.migrations.own.map(({ name }) => name)))
    await migrate(pool, migrations, { only })
    await migrateJobs({ pool })
  } finally {
    await pool.end()
  }
}

const tableEntry = (entry: Entry<Head>): Entry<Extract<Head, { type: 'table' }>> | null =>
  entry.head.type === 'table' ? { head: entry.head, body: entry.body } : null

const loadData = (client: Client, { data, key }: RestoredFiles, dataDir: string): Promise<void> =>
  replaceRows(client, [data.manifest], async () => {
    await readBackup(data.path, key, async (entry) => {
      const table = tableEntry(entry)
      if (table !== null) await loadTable(client, table)
      else if (entry.head.type === 'file') await restoreFile(dataDir, entry.head.name, entry.body)
    })
  })

/** What is never taken back, with a note that the server must finish the restore; both or neither. */
const loadNewest = (client: Client, { data, keys, key }: RestoredFiles, run: { id: string; at: Date }): Promise<void> =>
  replaceRows(client, [keys.manifest], async () => {
    await readBackup(keys.path, key, async (entry) => {
      const table = tableEntry(entry)
      if (table !== null && table.head.schema !== 'vault') await loadTable(client, table)
    })
    await client.query(
      "insert into restore_run (id, state, backup_id, backup_at, keys_at, begun_at) values ($1, 'loaded', $2, $3, $4, $5)",
      [run.id, data.header.id, data.header.createdAt, keys.header.createdAt, run.at],
    )
    await client.query(`drop schema ${restoringSchema}`)
  })

const loadKeys = async (url: string, { keys, key }: RestoredFiles): Promise<void> => {
  const pool = new Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  try {
    await prepareVault(pool)
  } finally {
    await pool.end()
  }
  await withClient(url, (client) =>
    replaceKeys(client, keys.manifest, async () => {
      await readBackup(keys.path, key, async (entry) => {
        const table = tableEntry(entry)
        if (table?.head.schema === 'vault') await loadTable(client, table)
      })
    }),
  )
}

/**
 * Loads both backups into an empty database and the data folder's files beside it. Cut off anywhere, the next call begins
 * anew; until the last step the database says that it is half restored.
 */
export const restoreDatabase = async (
  connections: Connections,
  files: RestoredFiles,
  of: { readonly dataDir: string; readonly run: { id: string; at: Date }; readonly onStep: OnRestoreStep },
): Promise<void> => {
  const { data, keys } = files
  await beginAnew(connections)
  await of.onStep('database-marked')
  await migrateTo(connections.databaseUrl, [data.manifest])
  await of.onStep('tables-made')
  await withClient(connections.databaseUrl, async (client) => {
    await requireSameTables(client, data.manifest)
    await loadData(client, files, of.dataDir)
  })
  await of.onStep('data-loaded')
  await migrateTo(connections.databaseUrl, [data.manifest, keys.manifest])
  await loadKeys(connections.vaultDatabaseUrl, files)
  await of.onStep('keys-loaded')
  await withClient(connections.databaseUrl, async (client) => {
    await requireSameTables(client, keys.manifest)
    await loadNewest(client, files, of.run)
  })
  await of.onStep('newest-loaded')
}
