import type { MappedColumn } from './table.ts'

export interface CatalogueFindings {
  /** Live columns that the data map does not declare, as `table.column`. */
  readonly undeclared: readonly string[]
  /** Declared columns that the database does not have. */
  readonly missing: readonly string[]
  /** How many live columns were looked at. */
  readonly looked: number
}

/** Compares the live catalogue, libraries' tables included, with the data map. Partitions count as their parent. */
export const checkCatalogue = async (
  pool: { query(text: string): Promise<{ rows: unknown[] }> },
  map: readonly MappedColumn[],
): Promise<CatalogueFindings> => {
  const { rows } = await pool.query(`
    select case when n.nspname = 'public' then '' else n.nspname || '.' end || c.relname || '.' || a.attname as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'f', 'm') and not c.relispartition
      and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
    order by 1`)
  const live = new Set(rows.map((row) => (row as { name: string }).name))
  const declared = new Set(map.map((column) => `${column.table}.${column.column}`))
  return {
    undeclared: [...live].filter((name) => !declared.has(name)),
    missing: [...declared].filter((name) => !live.has(name)),
    looked: live.size,
  }
}

export class CatalogueError extends Error {
  constructor(findings: CatalogueFindings) {
    const lines = [
      ...findings.undeclared.map(
        (name) =>
          `  ${name}: in the database but not in the data map. Declare it with col() in its module's tables.ts, or drop it`,
      ),
      ...findings.missing.map((name) => `  ${name}: in the data map but not in the database. Is a migration missing?`),
    ]
    super(`The database and the data map differ, so the server does not start:\n${lines.join('\n')}`)
  }
}
