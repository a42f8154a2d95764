import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, SubjectLink, Tx } from '../db/index.ts'
import { type Child, childrenOf, columnOf, type MappedTable, rootOf, tablesOf } from './subject-rows.ts'

/** Any constant: those who destroy share it, who places a hold has it alone. */
const lockId = 4_157_023

/** Before anything is destroyed: a hold that was answered before is seen, and none is answered until this ends. */
export const lockHoldsShared = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${lockId})`)
}

/** Before a hold is placed: what is being destroyed now ends first. */
export const lockHolds = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockId})`)
}

/** A hold on a person covers mail to an address that they take later, too. */
export const holdAddressToo = async (tx: Tx, personId: string, addressIndex: string, now: Date): Promise<void> => {
  const at = sql`${now.toISOString()}::timestamptz`
  await tx.execute(
    sql`update legal_hold set addresses = array_append(addresses, ${addressIndex}) where scope = 'person' and subject_id = ${personId} and (ended_at is null or ended_at > ${at}) and not ${addressIndex} = any (addresses)`,
  )
}

/** A hold on a person covers the organisations that go with them, also those of after it was placed. */
export const holdOrganisationsToo = async (
  tx: Tx,
  personId: string,
  organisationIds: readonly string[],
  now: Date,
): Promise<void> => {
  if (organisationIds.length === 0) return
  const at = sql`${now.toISOString()}::timestamptz`
  await tx.execute(
    sql`update legal_hold set organisations = ${sql.param([...organisationIds])}::text[] where scope = 'person' and subject_id = ${personId} and (ended_at is null or ended_at > ${at})`,
  )
}

/** Whether any hold is in force: usually none is, and no row needs to be asked. Under the lock of those who destroy. */
export const isAnyHold = async (tx: Tx, now: Date): Promise<boolean> => {
  const at = sql`${now.toISOString()}::timestamptz`
  const found = await tx.execute(
    sql`select 1 from legal_hold where begins_at <= ${at} and (ended_at is null or ended_at > ${at}) limit 1`,
  )
  return (found.rowCount ?? 0) > 0
}

/** Legal holds on rows of the data map. */
export interface Holds {
  /**
   * Rows of a table that a hold in force covers; null when no hold can. A row without which a held one cannot be read
   * (its person, its project) is covered too.
   * @param name the table, or one of its partitions
   */
  isHeld(table: string, now: Date, name?: string): SQL | null
}

type Tables = ReadonlyMap<string, MappedTable>

const categoriesOf = (tables: Tables, of: MappedTable): Set<string> => {
  const own = of.columns.map((column) => column.category).filter((category) => category !== 'system')
  return new Set([...own, ...childrenOf(tables, of).flatMap((child) => [...categoriesOf(tables, child.table)])])
}

/** A person's hold follows people, their addresses and what goes with them, an organisation's what is an organisation's. */
const matchLink = (tables: Tables, table: MappedTable, name: string, link: SubjectLink): SQL | null => {
  const column = columnOf(name, link.column)
  if ('through' in link) {
    const parent = tables.get(link.through)
    const match = parent && matchLinks(tables, parent, parent.name)
    return match ? sql`${column} in (select id from ${sql.identifier(link.through)} where ${match})` : null
  }
  if (link.of === 'address') return sql`(h.scope = 'person' and ${column} = any (h.addresses))`
  if (link.of === 'person') return sql`(h.scope = 'person' and ${column} = h.subject_id)`
  const isAbout = table.columns.some((one) => one.subject === 'organisation')
  const ofPerson = sql`(h.scope = 'person' and ${column} = any (h.organisations))`
  return isAbout ? sql`((h.scope = 'organisation' and ${column} = h.subject_id) or ${ofPerson})` : null
}

const joined = (conditions: readonly (SQL | null)[]): SQL | null => {
  const present = conditions.filter((one) => one !== null)
  return present.length === 0 ? null : sql`(${sql.join(present, sql` or `)})`
}

const matchLinks = (tables: Tables, table: MappedTable, name: string): SQL | null =>
  joined(table.links.map((link) => matchLink(tables, table, name, link)))

/** A held row of a table that goes with this one, by another link than the one which both share. */
const matchChild = (tables: Tables, name: string, { table: child, link }: Child): SQL | null => {
  const match = matchTable(tables, { ...child, links: child.links.filter((one) => one !== link) }, child.name)
  return match === null
    ? null
    : sql`${columnOf(name, 'id')} in (select ${columnOf(child.name, link.column)} from ${sql.identifier(child.name)} where ${match})`
}

const matchTable = (tables: Tables, table: MappedTable, name: string): SQL | null => {
  const whole = tables.get(table.name) ?? table
  const covering = sql`(h.categories is null or h.categories && ${sql.param([...categoriesOf(tables, whole)])}::text[])`
  const links = matchLinks(tables, table, name)
  const direct = links === null ? null : sql`(${covering} and ${links})`
  const children = rootOf(whole) === 'person' ? [] : childrenOf(tables, whole)
  return joined([direct, ...children.map((child) => matchChild(tables, name, child))])
}

export const createHolds = (map: readonly MappedColumn[]): Holds => {
  const tables = tablesOf(map)
  return {
    isHeld: (name, now, partition = name) => {
      const found = tables.get(name)
      if (found === undefined) return null
      const covering = sql`(h.categories is null or h.categories && ${sql.param([...categoriesOf(tables, found)])}::text[])`
      const match = joined([sql`(h.scope = 'everyone' and ${covering})`, matchTable(tables, found, partition)])
      const at = sql`${now.toISOString()}::timestamptz`
      return sql`exists (select 1 from legal_hold h where h.begins_at <= ${at} and (h.ended_at is null or h.ended_at > ${at}) and ${match})`
    },
  }
}
