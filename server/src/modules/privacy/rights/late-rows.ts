import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { tablesOf } from '../../../platform/gates/index.ts'
import type { Rights } from './rights.ts'

const root = 'organisation'

/** Columns that name an organisation, of rows that go with it. */
const naming = ({ map }: Pick<Rights, 'map'>): { table: string; column: string }[] =>
  [...tablesOf(map).values()].flatMap(({ name, links, columns }) =>
    links.flatMap((link) => {
      const erasure = columns.find((one) => one.column === link.column)?.erasure
      const isTheirs = 'of' in link && link.of === 'organisation' && name !== root && erasure === 'delete'
      return isTheirs ? [{ table: name, column: link.column }] : []
    }),
  )

/** The values of an indexed column that are no organisation's id, one look-up a value, however many rows hold it. */
const strangers = (table: string, column: string): SQL => {
  const [of, name] = [sql.identifier(table), sql.identifier(column)]
  return sql`with recursive ids as (
      select (select min(${name}) from ${of}) as id
      union all select (select min(${name}) from ${of} where ${name} > ids.id) from ids where ids.id is not null
    ) select id from ids where id is not null and not exists (select 1 from organisation o where o.id = ids.id)`
}

/**
 * Erased organisations of which rows are there all the same: usage that a gateway had booked on its disk, and that came after
 * the erasure. Whose they were is known only by the ledger's keyed hashes.
 */
export const findLateOrganisations = async (
  rights: Pick<Rights, 'map' | 'vault'>,
  tx: Tx,
  ledger: { has(subjectHash: string): boolean },
): Promise<string[]> => {
  const found = new Set<string>()
  for (const { table, column } of naming(rights)) {
    const { rows } = await tx.execute<{ id: string }>(strangers(table, column))
    for (const { id } of rows) if (ledger.has(rights.vault.keyedHash('erasure', id))) found.add(id)
  }
  return [...found]
}
