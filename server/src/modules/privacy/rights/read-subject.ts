import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, SubjectLink, Tx } from '../../../platform/db/index.ts'
import { isSubjectsBy, type MappedTable, type Subject, tablesOf } from '../../../platform/gates/index.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import { nobody } from '../../../platform/vault/index.ts'
import type { Rights } from './rights.ts'

/** Rows of one table that are about a person. */
export interface SubjectRows {
  readonly table: string
  readonly columns: readonly MappedColumn[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Why a column or table is in no copy that is handed out. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

const holds = 'legal_hold'

/** Copies of what other tables hold: reported, and in no copy themselves. */
export const copies = 'export_part'

/** Rows of which the person may not know yet are in no copy. */
const disclosed: Readonly<Record<string, SQL>> = { authority_request: sql`told_at is not null` }

const isSecret = ({ table, column, category, sealedFor }: MappedColumn): boolean =>
  /_index$/.test(column) ||
  (table === copies && sealedFor !== null) ||
  (category === 'account.credentials' && (/_hash$/.test(column) || (sealedFor === null && /^sealed_/.test(column))))

/** What reading about somebody takes. */
type Reader = Pick<Rights, 'database' | 'map' | 'clock'> & {
  readonly vault: Pick<Rights['vault'], 'openMany' | 'blindIndex'>
  readonly accounts: Pick<Rights['accounts'], 'belongings'>
}

/** The person as the walk over the map needs them. */
export const subjectNow = async (rights: Reader, tx: Tx, personId: string): Promise<Subject> => {
  const { email, formerAddresses, organisationsAlone } = await rights.accounts.belongings(tx, personId)
  const addresses = email === null ? [] : [addressIndex(rights.vault, email)]
  return { personId, addresses, formerAddresses, organisationIds: organisationsAlone, until: rights.clock.now() }
}

type Rows = readonly Readonly<Record<string, unknown>>[]

const pageRowsMax = 1000
const pageBytes = 4 * 1024 * 1024

const sizeOf = (row: Readonly<Record<string, unknown>>): number =>
  Object.values(row).reduce<number>(
    (sum, value) => sum + (Buffer.isBuffer(value) || typeof value === 'string' ? value.length : 8),
    0,
  )

/** How many rows like these are a page. */
const rowsFitting = (rows: Rows): number => {
  const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0)
  return Math.min(pageRowsMax, Math.max(1, Math.floor((pageBytes * rows.length) / bytes)))
}

/** By a cursor, so that a table of any length takes the memory of a page; without columns there is nothing to read. */
const readPages = (
  tx: Tx,
  table: MappedTable,
  columns: readonly MappedColumn[],
  condition: SQL,
  onPage: (rows: Rows) => Promise<void>,
): Promise<void> =>
  tx.transaction(async (inner) => {
    if (columns.length === 0) return
    const names = columns.map((one) => sql.identifier(one.column))
    await inner.execute(
      sql`declare rows_of_subject no scroll cursor for select ${sql.join(names, sql`, `)} from ${sql.identifier(table.name)} where ${condition}`,
    )
    for (let wanted = 1; wanted > 0; ) {
      const { rows } = await inner.execute<Record<string, unknown>>(
        sql`fetch ${sql.raw(String(wanted))} from rows_of_subject`,
      )
      if (rows.length > 0) await onPage(rows)
      wanted = rows.length < wanted ? 0 : rowsFitting(rows)
    }
    await inner.execute(sql`close rows_of_subject`)
  })

/** Rows with what is sealed in them opened; a cell whose subject was shredded is null. */
const openCells = async (
  tx: Tx,
  vault: Reader['vault'],
  table: MappedTable,
  columns: readonly MappedColumn[],
  rows: Rows,
): Promise<Rows> => {
  const cells = rows.flatMap((row, index) =>
    columns.flatMap(({ column, sealedFor }) => {
      const sealed = row[column]
      if (sealedFor === null || !Buffer.isBuffer(sealed)) return []
      const subject = row[sealedFor]
      const place = { table: table.name, column, row: String(row['id']) }
      return [{ index, column, subject: typeof subject === 'string' ? subject : nobody, place, sealed }]
    }),
  )
  const opened = await vault.openMany(tx, cells)
  const copies = rows.map((row) => ({ ...row }))
  for (const [at, { index, column }] of cells.entries()) Object.assign(copies[index] ?? {}, { [column]: opened[at] })
  return copies
}

/** Rows that are the subject's by any of these links. */
const isTheirs = (
  tables: ReadonlyMap<string, MappedTable>,
  { name }: MappedTable,
  links: readonly SubjectLink[],
  subject: Subject,
): SQL => {
  const conditions = links.map((link) => sql`(${isSubjectsBy(tables, name, link, subject)})`)
  if (conditions.length === 0) return sql`false`
  return sql`((${sql.join(conditions, sql` or `)}) and ${disclosed[name] ?? sql`true`})`
}

/** The columns of a table that its subject may see. */
export const columnsShown = (table: MappedTable): MappedColumn[] => table.columns.filter((column) => !isSecret(column))

/**
 * What of a table is about the person, page by page. A row with an address that is not theirs (whom they invited) only
 * names them: the address of that other is left out. Of what they handled as staff for another they see that they did, no
 * more.
 */
export const readTable = async (
  { vault, database }: Pick<Reader, 'vault' | 'database'>,
  tx: Tx,
  tables: ReadonlyMap<string, MappedTable>,
  table: MappedTable,
  subject: Subject,
  onPage: (rows: Rows) => Promise<void>,
): Promise<void> => {
  // People may have everything that is theirs, whatever it is held for.
  const all = database.on(tx)
  const columns = columnsShown(table)
  const addresses = new Set(table.links.flatMap((link) => ('of' in link && link.of === 'address' ? [link.column] : [])))
  const staffColumns = new Set(columns.filter((one) => one.subject === 'staff').map(({ column }) => column))
  const isNamingLink = (link: SubjectLink): boolean =>
    (addresses.size > 0 && 'of' in link && link.of === 'person') || staffColumns.has(link.column)
  const naming = table.links.filter(isNamingLink)
  const own = isTheirs(
    tables,
    table,
    table.links.filter((link) => !isNamingLink(link)),
    subject,
  )
  const seen = columns.filter((one) =>
    staffColumns.size > 0
      ? one.opaque || one.category === 'system' || staffColumns.has(one.column)
      : !(one.sealedFor !== null && one.category === 'account.contact'),
  )
  const opened = async (rows: Rows) => onPage(await openCells(all, vault, table, columns, rows))
  await readPages(all, table, columns, own, opened)
  if (naming.length > 0)
    await readPages(all, table, seen, sql`${isTheirs(tables, table, naming, subject)} and ${own} is not true`, opened)
}

/** The tables in which the walk looks. */
export const tablesRead = ({ map }: Pick<Reader, 'map'>): ReadonlyMap<string, MappedTable> => {
  const tables = new Map(tablesOf(map))
  tables.delete(holds)
  return tables
}

/** Everything about a person, by a walk over the data map; tables with nothing are left out. */
export const readSubject = async (rights: Reader, tx: Tx, subject: Subject): Promise<SubjectRows[]> => {
  const tables = tablesOf(rights.map)
  const found: SubjectRows[] = []
  for (const table of tablesRead(rights).values()) {
    const rows: Readonly<Record<string, unknown>>[] = []
    await readTable(rights, tx, tables, table, subject, async (page) => {
      rows.push(...page)
    })
    if (rows.length > 0) found.push({ table: table.name, columns: columnsShown(table), rows })
  }
  return found
}

/** What the walk leaves out, and why. */
export const leftOut = ({ map }: Pick<Rights, 'map'>): LeftOut[] => [
  { what: copies, why: 'copies like this one: they hold nothing that is not here' },
  ...map
    .filter((column) => column.table !== copies && isSecret(column))
    .map(({ table, column }) => ({
      what: `${table}.${column}`,
      why: 'a hash or a sealed secret: of no use to you, of some to a thief',
    })),
  { what: holds, why: 'a legal hold may have to stay confidential; ask the operator' },
  { what: 'authority_request', why: 'requests of authorities are listed once you may be told of them' },
]
