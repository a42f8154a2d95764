import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { escapeIdentifier, type Pool } from 'pg'
import { inTransaction } from './in-transaction.ts'

const lockId = 4_157_021 // any constant: one migration at a time on one schema

export interface MigrateOptions {
  /** Where the list of applied migrations is; `public` if not given. */
  readonly schema?: string
  /** Work that must be done before a migration, by its name: in steps that may be cut off and repeated. */
  readonly before?: Readonly<Record<string, () => Promise<void>>>
  /** Only these, by name: to make the tables of an older backup. */
  readonly only?: ReadonlySet<string>
}

/**
 * Applies migrations in the order of their names, each in a transaction, forward only.
 * @returns the names applied now
 * @throws if one that was applied before has changed or is gone
 */
export const migrate = async (pool: Pool, directory: string, options: MigrateOptions = {}): Promise<string[]> => {
  const { schema = 'public', before = {}, only } = options
  const log = `${escapeIdentifier(schema)}.schema_migration`
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [lockId, schema])
    await client.query(
      `create table if not exists ${log} (name text primary key, hash text not null, applied_at timestamptz not null default now())`,
    )
    const { rows } = await client.query<{ name: string; hash: string }>(`select name, hash from ${log}`)
    const applied = new Map(rows.map((row) => [row.name, row.hash]))
    for (const name of applied.keys()) {
      if (!files.includes(name))
        throw new Error(
          `the database has migration ${name}, which this version does not know. Start the version that wrote it, or a newer one`,
        )
    }
    const done: string[] = []
    for (const file of files.filter((one) => only?.has(one) ?? true)) {
      const sql = readFileSync(join(directory, file), 'utf8')
      const hash = createHash('sha256').update(sql).digest('hex')
      const appliedHash = applied.get(file)
      if (appliedHash === hash) continue
      if (appliedHash !== undefined)
        throw new Error(`migration ${file} was changed after it was applied. Restore it and write a new one`)
      await before[file]?.()
      try {
        await inTransaction(client, async () => {
          await client.query(sql)
          await client.query(`insert into ${log} (name, hash) values ($1, $2)`, [file, hash])
        })
      } catch (error) {
        throw new Error(`migration ${file} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      }
      done.push(file)
    }
    return done
  } finally {
    await client.query('select pg_advisory_unlock($1, hashtext($2))', [lockId, schema]).catch(() => undefined)
    client.release()
  }
}

/** Names of the migrations of this version that a database lacks, and of those that it has and this version does not know. */
export const compareMigrations = async (
  pool: Pool,
  directory: string,
): Promise<{ readonly lacking: readonly string[]; readonly unknown: readonly string[] }> => {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'))
  const { rows: found } = await pool.query<{ has: boolean }>(
    "select to_regclass('public.schema_migration') is not null as has",
  )
  if (found[0]?.has !== true) return { lacking: files, unknown: [] }
  const { rows } = await pool.query<{ name: string }>('select name from public.schema_migration')
  const applied = new Set(rows.map(({ name }) => name))
  return {
    lacking: files.filter((file) => !applied.has(file)),
    unknown: [...applied].filter((name) => !files.includes(name)),
  }
}
