import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { BackupUnreadable } from './backup-key.ts'
import { columnList, fullName, type Head, type Manifest } from './dump-database.ts'
import type { Entry } from './entries.ts'
import { readMigrations } from './read-catalogue.ts'

interface ForeignKey {
  readonly child: string
  readonly name: string
  readonly parent: string
  readonly definition: string
  /** Of a key of one column; null for others. */
  readonly column: string | null
  readonly parentColumn: string | null
  /** The row loses the reference rather than go with what it refers to. */
  readonly setsNull: boolean
}

const readForeignKeys = async (client: ClientBase, schemas: readonly string[]): Promise<ForeignKey[]> => {
  const { rows } = await client.query<ForeignKey>(
    `select f.conrelid::regclass::text as child, f.conname as name, f.confrelid::regclass::text as parent,
       pg_get_constraintdef(f.oid) as definition, f.confdeltype = 'n' as "setsNull",
       case when array_length(f.conkey, 1) = 1 then a.attname::text end as column,
       case when array_length(f.conkey, 1) = 1 then b.attname::text end as "parentColumn"
     from pg_constraint f join pg_namespace n on n.oid = f.connamespace
     join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
     join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[1]
     where f.contype = 'f' and f.conparentid = 0 and n.nspname = any ($1) order by 1, 2`,
    [schemas],
  )
  return rows
}

/** What refers to a row that this backup does not have: it comes from another instant than that row's table. */
const mendReferences = async (client: ClientBase, keys: readonly ForeignKey[]): Promise<void> => {
  for (let changed = true; changed; ) {
    changed = false
    for (const { child, parent, column, parentColumn, setsNull } of keys) {
      if (column === null || parentColumn === null) continue
      const at = escapeIdentifier(column)
      const lost = `${at} is not null and not exists (select 1 from ${parent} p where p.${escapeIdentifier(parentColumn)} = c.${at})`
      const statement = setsNull
        ? `update ${child} c set ${at} = null where ${lost}`
        : `delete from ${child} c where ${lost}`
      changed ||= ((await client.query(statement)).rowCount ?? 0) > 0
    }
  }
}

/** Runs with the references and triggers between tables put aside, mends what does not fit, and puts them back. */
const withoutReferences = async (
  client: ClientBase,
  tables: Manifest['tables'],
  load: () => Promise<void>,
): Promise<void> => {
  const keys = await readForeignKeys(client, [...new Set(tables.map(({ schema }) => schema))])
  for (const { child, name } of keys)
    await client.query(`alter table ${child} drop constraint ${escapeIdentifier(name)}`)
  for (const table of tables) await client.query(`alter table ${fullName(table)} disable trigger user`)
  await load()
  await mendReferences(client, keys)
  for (const table of tables) await client.query(`alter table ${fullName(table)} enable trigger user`)
  for (const { child, name, definition } of keys)
    await client.query(`alter table ${child} add constraint ${escapeIdentifier(name)} ${definition}`)
}

const makePartitions = async (client: ClientBase, { partitions }: Manifest): Promise<void> => {
  for (const { parent, name, bound } of partitions) {
    if (!/^FOR VALUES FROM \([^;()]*\) TO \([^;()]*\)$/.test(bound))
      throw new BackupUnreadable(`the backup has a partition that this version does not know: ${name} ${bound}`)
    await client.query(
      `create table if not exists ${escapeIdentifier(name)} partition of ${escapeIdentifier(parent)} ${bound}`,
    )
  }
}

const setSequences = async (client: ClientBase, { sequences }: Manifest): Promise<void> => {
  for (const { schema, name, value, isCalled } of sequences) {
    const of = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
    // Numbers are never given twice: of the two backups of a restore the higher one counts.
    await client.query(
      `select setval(${escapeLiteral(of)}, greatest($1::bigint, (select last_value from ${of})), $2 or (select is_called from ${of}))`,
      [value, isCalled],
    )
  }
}

/** Puts the rows of an entry in the place of what its table holds. */
export const loadTable = async (
  client: ClientBase,
  { head, body }: Entry<Extract<Head, { type: 'table' }>>,
): Promise<void> => {
  const name = fullName(head)
  await client.query(`delete from ${name}`)
  await pipeline(Readable.from(body), client.query(copyFrom(`copy ${name} (${columnList(head.columns)}) from stdin`)))
}

/** @throws BackupUnreadable when these tables were made by migrations that this version does not have */
export const requireSameTables = async (client: ClientBase, manifest: Manifest): Promise<void> => {
  const { own, jobs } = await readMigrations(client)
  const applied = new Map(own.map(({ name, hash }) => [name, hash]))
  const missing = manifest.migrations.own.filter(({ name, hash }) => applied.get(name) !== hash).map(({ name }) => name)
  if (missing.length > 0 || jobs.join() !== manifest.migrations.jobs.join())
    throw new BackupUnreadable(
      `the backup was made by another version of Avow, whose tables this one cannot make (${missing[0] ?? 'the job tables'}). Restore it with that version, then start this one`,
    )
}

const inTransaction = async (client: ClientBase, work: () => Promise<void>): Promise<void> => {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

const isVaults = ({ schema }: { schema: string }): boolean => schema === 'vault'

/** Replaces the rows of the application's tables by those of both backups, in one transaction. `load` calls `loadTable`. */
export const replaceRows = (
  client: ClientBase,
  manifests: readonly Manifest[],
  load: () => Promise<void>,
): Promise<void> =>
  inTransaction(client, async () => {
    for (const manifest of manifests) await makePartitions(client, manifest)
    const tables = manifests.flatMap((manifest) => manifest.tables.filter((table) => !isVaults(table)))
    await withoutReferences(client, tables, load)
    for (const manifest of manifests) await setSequences(client, manifest)
    // Whoever had locked a job is no more.
    await client.query('update graphile_worker._private_jobs set locked_at = null, locked_by = null')
    await client.query('update graphile_worker._private_job_queues set locked_at = null, locked_by = null')
  })

/** The same for the keys, as the vault's own role. */
export const replaceKeys = (client: ClientBase, manifest: Manifest, load: () => Promise<void>): Promise<void> =>
  inTransaction(client, () => withoutReferences(client, manifest.tables.filter(isVaults), load))
