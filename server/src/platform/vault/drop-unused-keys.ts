import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, Tx } from '../db/index.ts'
import { deleteKeys, type KeyQueries, keysMadeBefore } from './key-store.ts'
import { nobody } from './open-rows.ts'

const batchKeys = 1000

/** Where subjects of sealed columns are named: `table.column` pairs, each once. */
const subjectColumns = (map: readonly MappedColumn[]): { table: string; column: string }[] => {
  const named = map.flatMap(({ table, sealedFor }) => (sealedFor === null ? [] : [{ table, column: sealedFor }]))
  return [...new Map(named.map((one) => [`${one.table}.${one.column}`, one])).values()]
}

/** Which subjects some sealed row still names, by the data map. */
const stillNamed = async (
  tx: Tx,
  map: readonly MappedColumn[],
  subjects: readonly string[],
): Promise<ReadonlySet<string>> => {
  const parts: SQL[] = subjectColumns(map).map(
    ({ table, column }) =>
      sql`select ${sql.identifier(column)} as subject from ${sql.identifier(table)} where ${sql.identifier(column)} = any (${sql.param([...subjects])}::text[])`,
  )
  if (parts.length === 0) return new Set(subjects)
  const { rows } = await tx.execute<{ subject: string }>(sql.join(parts, sql.raw(' union ')))
  return new Set(rows.map((row) => row.subject))
}

/**
 * Destroys keys that seal nothing any more: of people whose rows went by their age, of sign-ups and invitations that ran
 * out, of requests that were undone. Only keys made before an instant: one that was just made may not have its row yet.
 * @returns how many
 */
export const dropUnusedKeys = async (
  pool: KeyQueries,
  of: { readonly tx: Tx; readonly map: readonly MappedColumn[]; readonly madeBefore: Date },
  kept: readonly string[],
): Promise<number> => {
  let dropped = 0
  let after = ''
  for (;;) {
    const subjects = await keysMadeBefore(pool, of.madeBefore, after, batchKeys)
    const last = subjects.at(-1)
    if (last === undefined) return dropped
    const named = await stillNamed(of.tx, of.map, subjects)
    const unused = subjects.filter((subject) => !named.has(subject) && subject !== nobody && !kept.includes(subject))
    if (unused.length > 0) await deleteKeys(pool, unused)
    dropped += unused.length
    after = last
  }
}
