import type { Category, CompiledPolicy } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { checkCatalogue, type MappedColumn, type Tx } from '../../../platform/db/index.ts'
import { type Check, count, finding, probe } from '../check.ts'

const planted = 'avow_probe_undeclared'

/** Tables that must be empty under a policy that does not hold their category, or gives it no period. */
const strayRows = async (
  tx: Tx,
  map: readonly MappedColumn[],
  policy: CompiledPolicy,
  isHeld: (category: Category) => boolean,
): Promise<string[]> => {
  const isKept = ({ category, retention }: MappedColumn) =>
    isHeld(category) && policy.retention(retention.class) !== null
  const optional = map.filter((column) => column.onlyIfHeld === true && !isKept(column))
  const found: string[] = []
  for (const [table, { category }] of new Map(optional.map((column) => [column.table, column]))) {
    const { rowCount } = await tx.execute(sql`select 1 from ${sql.identifier(table)} limit 1`)
    if ((rowCount ?? 0) > 0) found.push(`${table} has rows of ${category}, which the policy does not hold there`)
  }
  return found
}

/** Compares the live catalogue with the data map, after seeing that it finds a column which it plants itself. */
export const declaredData: Check<'declared-data-only'> = {
  name: 'declared-data',
  run: async (_rule, { database, map, policy }) => {
    const isHeld = (category: Category) => category === 'system' || policy.categories.has(category)
    const { live, stray, withPlanted } = await probe(database, async (tx) => {
      const client = { query: (text: string) => tx.execute(sql.raw(text)) }
      const before = await checkCatalogue(client, map)
      const rows = await strayRows(tx, map, policy, isHeld)
      await client.query(`create table ${planted} (note text)`)
      return { live: before, stray: rows, withPlanted: await checkCatalogue(client, map) }
    })
    const violations = [
      ...live.undeclared.map((name) => `${name} is not declared`),
      ...live.missing.map((name) => `${name} is declared and does not exist`),
      ...map
        .filter((column) => !isHeld(column.category) && column.onlyIfHeld !== true)
        .map(({ table, column, category }) => `${table}.${column} holds ${category}, which the policy does not`),
      ...stray,
      ...(withPlanted.undeclared.includes(`${planted}.note`) ? [] : ['a planted column was not found']),
    ]
    return finding(
      live.looked,
      violations,
      `${count(live.looked, 'live column')}, ${live.undeclared.length} not declared`,
    )
  },
}
