import type { ClientBase } from 'pg'

/** A table that a backup holds; columns in their order, without those that the database works out. */
export interface DumpedTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
}

/** What must be made before rows can be loaded, and what must be set after. */
export interface Catalogue {
  readonly tables: readonly DumpedTable[]
  /** `bound` as the database writes it: FOR VALUES FROM ... TO .... */
  readonly partitions: readonly { parent: string; name: string; bound: string }[]
  readonly sequences: readonly { schema: string; name: string; value: string; isCalled: boolean }[]
}

/** Which migrations made the tables: only a version that knows them can load their rows. */
export interface Migrations {
  readonly own: readonly { name: string; hash: string }[]
  /** Of the job library, by number. */
  readonly jobs: readonly number[]
}

/** The live tables of some schemas, libraries' own included. */
export const readCatalogue = async (client: ClientBase, schemas: readonly string[]): Promise<Catalogue> => {
  const tables = await client.query<DumpedTable>(
    `select n.nspname as schema, c.relname as name,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any ($1) order by 1, 2`,
    [schemas],
  )
  const partitions = await client.query<Catalogue['partitions'][number]>(
    `select p.relname as parent, c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     join pg_namespace n on n.oid = p.relnamespace
     where p.relkind = 'p' and n.nspname = any ($1) order by 1, 2`,
    [schemas],
  )
  const sequences = await client.query<{ schema: string; name: string; value: string | null }>(
    `select schemaname as schema, sequencename as name, last_value::text as value from pg_sequences where schemaname = any ($1) order by 1, 2`,
    [schemas],
  )
  return {
    tables: tables.rows,
    partitions: partitions.rows,
    sequences: sequences.rows.map(({ value, ...of }) => ({ ...of, value: value ?? '1', isCalled: value !== null })),
  }
}

export const readMigrations = async (client: ClientBase): Promise<Migrations> => {
  const own = await client.query<{ name: string; hash: string }>('select name, hash from schema_migration order by 1')
  const jobs = await client.query<{ id: number }>('select id from graphile_worker.migrations order by 1')
  return { own: own.rows, jobs: jobs.rows.map((row) => row.id) }
}
