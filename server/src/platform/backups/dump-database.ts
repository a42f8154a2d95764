import { Client, escapeIdentifier } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { MappedColumn } from '../db/index.ts'
import type { Entry } from './entries.ts'
import { type Catalogue, type DumpedTable, type Migrations, readCatalogue, readMigrations } from './read-catalogue.ts'
import type { BackupKind } from './sealed-file.ts'

/** The first entry of every backup. */
export interface Manifest extends Catalogue {
  readonly type: 'manifest'
  readonly kind: BackupKind
  readonly migrations: Migrations
  readonly vaultMigrations: Migrations['own']
  /** Which key-encryption key wraps the keys; only in the backup of keys. */
  readonly masterKeyId: string | null
  readonly policy: { readonly id: string; readonly version: string }
}

/** The head of an entry. */
export type Head =
  | Manifest
  | { readonly type: 'table'; readonly schema: string; readonly name: string; readonly columns: readonly string[] }
  | { readonly type: 'file'; readonly name: string }
  | { readonly type: 'end'; readonly rows: number }

export interface Connections {
  readonly databaseUrl: string
  /** The same database as the role that may read the schema `vault`. */
  readonly vaultDatabaseUrl: string
}

/** Told of each table when it is in, with the rows so far. */
export type OnTable = (progress: { tablesDone: number; tablesTotal: number; rows: number }) => Promise<void>

/** What migrating makes by itself. */
const madeByMigrating = new Set(['public.schema_migration', 'graphile_worker.migrations', 'vault.schema_migration'])

/** Tables by what a restore does with them, as the data map says. */
const tablesOf = (map: readonly MappedColumn[], restore: MappedColumn['restore']): ReadonlySet<string> =>
  new Set(map.filter((column) => column.restore === restore).map((column) => `public.${column.table}`))

/** The tables that one kind of backup holds. */
export const chooseTables = (
  kind: BackupKind,
  tables: readonly DumpedTable[],
  map: readonly MappedColumn[],
): DumpedTable[] => {
  const [newest, never] = [tablesOf(map, 'newest'), tablesOf(map, 'never')]
  return tables.filter(({ schema, name }) => {
    const full = `${schema}.${name}`
    if (madeByMigrating.has(full) || never.has(full)) return false
    const isKeys = schema === 'vault' || newest.has(full)
    return isKeys === (kind === 'keys')
  })
}

export const fullName = ({ schema, name }: Pick<DumpedTable, 'schema' | 'name'>): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`

export const columnList = (columns: readonly string[]): string => columns.map(escapeIdentifier).join(', ')

const newline = 10

export const countLines = (piece: Buffer): number => {
  let lines = 0
  for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, at + 1)) lines++
  return lines
}

async function* copyOut(client: Client, table: DumpedTable, told: (rows: number) => void): AsyncGenerator<Buffer> {
  const select = `copy (select ${columnList(table.columns)} from ${fullName(table)}) to stdout`
  for await (const piece of client.query(copyTo(select))) {
    told(countLines(piece as Buffer))
    yield piece as Buffer
  }
}

const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url, keepAlive: true })
  // A lost connection is told by the query that runs.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const beginReading = (client: Client) => client.query('begin isolation level repeatable read, read only')

async function* nothing(): AsyncGenerator<Buffer> {}

const lockTables = async (client: Client, tables: readonly DumpedTable[]): Promise<void> => {
  if (tables.length === 0) return
  await client.query(`lock table ${tables.map(fullName).join(', ')} in access share mode`)
}

/** Both connections see the same instant: the vault's takes the snapshot of the application's. */
const openSnapshot = async (
  { own, vault }: { own: Client; vault: Client },
  kind: BackupKind,
  of: { map: readonly MappedColumn[]; policy: Manifest['policy'] },
): Promise<Manifest> => {
  const catalogue = await readCatalogue(own, ['public', 'graphile_worker'])
  const tables = chooseTables(kind, catalogue.tables, of.map)
  await beginReading(own)
  // Locked before the snapshot is taken, so that no day can be dropped between the two.
  await lockTables(own, tables)
  const { rows } = await own.query<{ id: string }>('select pg_export_snapshot() as id')
  await beginReading(vault)
  await vault.query(`set transaction snapshot '${rows[0]?.id ?? ''}'`)
  const vaultTables = kind === 'keys' ? chooseTables(kind, (await readCatalogue(vault, ['vault'])).tables, of.map) : []
  const key = await vault.query<{ id: string }>("select id from vault.key_encryption_key where state = 'current'")
  const applied = await vault.query<{ name: string; hash: string }>(
    'select name, hash from vault.schema_migration order by 1',
  )
  const current = await readCatalogue(own, ['public', 'graphile_worker'])
  return {
    type: 'manifest',
    kind,
    tables: [...tables, ...vaultTables],
    partitions: current.partitions.filter(({ parent }) => tables.some(({ name }) => name === parent)),
    sequences: current.sequences,
    migrations: await readMigrations(own),
    vaultMigrations: applied.rows,
    masterKeyId: kind === 'keys' ? (key.rows[0]?.id ?? null) : null,
    policy: of.policy,
  }
}

/**
 * The rows of one kind of backup as of one instant, whatever is written meanwhile.
 * @param first entries that come before the rows: files, which must be read before the snapshot is taken
 */
export async function* dumpDatabase(
  connections: Connections,
  kind: BackupKind,
  of: {
    readonly map: readonly MappedColumn[]
    readonly policy: Manifest['policy']
    readonly files: AsyncIterable<Entry<Head>>
    readonly onTable: OnTable
  },
): AsyncGenerator<Entry<Head>> {
  yield* of.files
  const own = await connect(connections.databaseUrl)
  try {
    const vault = await connect(connections.vaultDatabaseUrl)
    try {
      const manifest = await openSnapshot({ own, vault }, kind, of)
      yield { head: manifest, body: nothing() }
      let rows = 0
      for (const [at, table] of manifest.tables.entries()) {
        const client = table.schema === 'vault' ? vault : own
        const body = copyOut(client, table, (more) => {
          rows += more
        })
        yield { head: { type: 'table', ...table }, body }
        await of.onTable({ tablesDone: at + 1, tablesTotal: manifest.tables.length, rows })
      }
      yield { head: { type: 'end', rows }, body: nothing() }
    } finally {
      await vault.end()
    }
  } finally {
    await own.end()
  }
}
