import { sql } from 'drizzle-orm'
import type { MappedColumn, Tx } from '../../platform/db/index.ts'
import { nobody, type Vault } from '../../platform/vault/index.ts'

/** Of each table the newest rows, up to so many and to so many bytes that are sealed in them. */
const newestRows = 20_000
const sealedBytesMax = 64 * 1024 * 1024

/** Sealed columns by table. */
const sealedColumns = (map: readonly MappedColumn[]): ReadonlyMap<string, readonly MappedColumn[]> =>
  Map.groupBy(
    map.filter((column) => column.sealedFor !== null),
    (column) => column.table,
  )

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/**
 * Opens what is sealed and can still be opened, and looks for a text in it.
 * @returns by table the ids of rows that hold it
 */
export const searchSealed = async (
  tx: Tx,
  { map, vault }: { readonly map: readonly MappedColumn[]; readonly vault: Pick<Vault, 'openFor'> },
  wanted: string | ((plain: string) => boolean),
): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const isWanted = typeof wanted === 'string' ? (plain: string) => plain.includes(wanted) : wanted
  const found = new Map<string, ReadonlySet<string>>()
  for (const [table, columns] of sealedColumns(map)) {
    const names = [...new Set(['id', ...columns.flatMap(({ column, sealedFor }) => [column, sealedFor ?? column])])]
    const list = sql.join(
      names.map((name) => sql.identifier(name)),
      sql`, `,
    )
    const length = sql.join(
      columns.map(({ column }) => sql`coalesce(octet_length(${sql.identifier(column)}), 0)`),
      sql` + `,
    )
    const { rows } = await tx.execute<Record<string, unknown>>(
      sql`select ${list} from (select ${list}, sum(${length}) over (order by place desc) as sealed_bytes from (select ${list}, ctid as place from ${sql.identifier(table)} order by ctid desc limit ${newestRows}) newest) summed where sealed_bytes <= ${sealedBytesMax}`,
    )
    const ids = new Set<string>()
    for (const row of rows) {
      const id = textOf(row['id']) ?? ''
      for (const { column, sealedFor } of columns) {
        const sealed = row[column]
        if (!Buffer.isBuffer(sealed)) continue
        const subject = textOf(row[sealedFor ?? column]) ?? nobody
        // What nobody can open any more holds nothing.
        const plain = await vault.openFor(tx, subject, { table, column, row: id }, sealed).catch(() => '')
        if (isWanted(plain)) ids.add(id)
      }
    }
    if (ids.size > 0) found.set(table, ids)
  }
  return found
}
