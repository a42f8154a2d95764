import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { listDayPartitions, type MappedColumn, type SubjectLink, type Tx } from '../db/index.ts'
import { createHolds, type Holds, lockHoldsShared } from './holds.ts'
import { childrenOf, isSubjectsBy, type MappedTable, type Subject, tablesOf } from './subject-rows.ts'

/** What one transaction did. `done`: nothing is left to do in this table but what is held or locked. */
export interface ErasedBatch {
  readonly removed: number
  readonly emptied: number
  readonly done: boolean
}

/** Rows of a subject in one table. */
export interface RowsLeft {
  readonly table: string
  /** Not erased yet, and nothing stands against it. */
  readonly due: number
  /** A legal hold covers them. */
  readonly held: number
}

/** The only code that erases a subject. It walks the data map; nobody lists tables. */
export interface ErasureGate {
  /** Every table with rows about people, those that others refer to last. */
  readonly tables: readonly string[]
  /** Erases a bounded number of the subject's rows of one table, in the caller's transaction. Safe to repeat. */
  eraseBatch(tx: Tx, table: string, subject: Subject): Promise<ErasedBatch>
  /** What is left, table by table; tables with nothing are left out. */
  remaining(tx: Tx, subject: Subject): Promise<RowsLeft[]>
}

const batchRows = 1000

interface Deps {
  readonly clock: Clock
  readonly tables: ReadonlyMap<string, MappedTable>
  readonly partitioned: ReadonlySet<string>
  readonly holds: Holds
}

type Act = 'delete' | 'pseudonymise'

const erasureOf = (table: MappedTable, link: SubjectLink): string =>
  table.columns.find((one) => one.column === link.column)?.erasure ?? 'none'

const linksWith = (table: MappedTable, act: Act): SubjectLink[] =>
  table.links.filter((link) => erasureOf(table, link) === act)

/** Children before those that they refer to, so that no cascade takes a row that nobody looked at. */
const inOrder = (tables: ReadonlyMap<string, MappedTable>): string[] => {
  const order: string[] = []
  const visit = (table: MappedTable): void => {
    if (order.includes(table.name)) return
    for (const child of childrenOf(tables, table)) visit(child.table)
    if (!order.includes(table.name)) order.push(table.name)
  }
  for (const table of tables.values()) visit(table)
  return order.filter((name) => {
    const table = tables.get(name)
    return table !== undefined && linksWith(table, 'delete').length + linksWith(table, 'pseudonymise').length > 0
  })
}

const isTheirs = (deps: Deps, links: readonly SubjectLink[], name: string, subject: Subject): SQL =>
  sql`(${sql.join(
    links.map((link) => sql`(${isSubjectsBy(deps.tables, name, link, subject)})`),
    sql` or `,
  )})`

const isFree = (deps: Deps, table: MappedTable, name: string): SQL => {
  const held = deps.holds.isHeld(table.name, deps.clock.now(), name)
  return held === null ? sql`true` : sql`not ${held}`
}

const deleteRows = async (tx: Tx, deps: Deps, table: MappedTable, name: string, subject: Subject): Promise<number> => {
  const links = linksWith(table, 'delete')
  if (links.length === 0) return 0
  const of = sql.identifier(name)
  const condition = sql`${isTheirs(deps, links, name, subject)} and ${isFree(deps, table, name)}`
  const gone = await tx.execute(
    sql`delete from ${of} where ctid = any (array(select ctid from ${of} where ${condition} limit ${batchRows} for update skip locked))`,
  )
  return gone.rowCount ?? 0
}

/** The columns that are emptied where a row is the subject's by this link: of a row that is theirs, all of them. */
const emptiedBy = (table: MappedTable, link: SubjectLink): string[] => {
  // Whoever handled another's row is only named by it.
  if (table.columns.some((one) => one.column === link.column && one.subject === 'staff')) return [link.column]
  const isWhole = table.columns.every(
    (one) => one.category === 'system' || one.erasure === 'none' || one.erasure === 'pseudonymise',
  )
  if (!isWhole) return [link.column]
  return table.columns.filter((one) => one.erasure === 'pseudonymise' && one.nullable).map((one) => one.column)
}

const emptyRows = async (tx: Tx, deps: Deps, table: MappedTable, name: string, subject: Subject): Promise<number> => {
  let emptied = 0
  const of = sql.identifier(name)
  for (const link of linksWith(table, 'pseudonymise')) {
    const condition = sql`${isTheirs(deps, [link], name, subject)} and ${isFree(deps, table, name)}`
    const sets = emptiedBy(table, link).map((column) => sql`${sql.identifier(column)} = null`)
    const done = await tx.execute(
      sql`update ${of} set ${sql.join(sets, sql`, `)} where ctid = any (array(select ctid from ${of} where ${condition} limit ${batchRows} for update skip locked))`,
    )
    emptied += done.rowCount ?? 0
  }
  return emptied
}

const countRows = async (tx: Tx, table: string, condition: SQL): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${sql.identifier(table)} where ${condition}`,
  )
  return Number(rows[0]?.n ?? 0)
}

const countLeft = async (tx: Tx, deps: Deps, table: MappedTable, subject: Subject): Promise<RowsLeft> => {
  const links = [...linksWith(table, 'delete'), ...linksWith(table, 'pseudonymise')]
  const theirs = isTheirs(deps, links, table.name, subject)
  const all = await countRows(tx, table.name, theirs)
  const due = all === 0 ? 0 : await countRows(tx, table.name, sql`${theirs} and ${isFree(deps, table, table.name)}`)
  return { table: table.name, due, held: all - due }
}

export const createErasureGate = (given: { clock: Clock; map: readonly MappedColumn[] }): ErasureGate => {
  const partitioned = given.map.filter(({ retention }) => 'from' in retention && retention.partitioned === 'day')
  const tables = tablesOf(given.map)
  const deps: Deps = {
    clock: given.clock,
    tables,
    partitioned: new Set(partitioned.map((column) => column.table)),
    holds: createHolds(given.map),
  }
  const order = inOrder(tables)
  const known = (name: string): MappedTable => {
    const table = tables.get(name)
    if (table === undefined) throw new Error(`the data map has no rows of a subject in ${name}`)
    return table
  }
  return {
    tables: order,
    eraseBatch: async (tx, name, subject) => {
      const table = known(name)
      await lockHoldsShared(tx)
      const parts = deps.partitioned.has(name) ? await listDayPartitions(tx, name) : [{ name }]
      let [removed, emptied, isFull] = [0, 0, false]
      for (const part of parts) {
        const gone = await deleteRows(tx, deps, table, part.name, subject)
        const changed = await emptyRows(tx, deps, table, part.name, subject)
        removed += gone
        emptied += changed
        isFull ||= gone === batchRows || changed >= batchRows
      }
      return { removed, emptied, done: !isFull }
    },
    remaining: async (tx, subject) => {
      const left: RowsLeft[] = []
      for (const name of order) left.push(await countLeft(tx, deps, known(name), subject))
      return left.filter(({ due, held }) => due + held > 0)
    },
  }
}
