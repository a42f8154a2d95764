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

/** Rows of which the person may not know yet are in no copy. */
const disclosed: Readonly<Record<string, SQL>> = { authority_request: sql`told_at is not null` }

const isSecret = ({ column, category, sealedFor }: MappedColumn): boolean =>
  /_index$/.test(column) ||
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

const read = async (tx: Tx, table: MappedTable, columns: readonly MappedColumn[], conditions: readonly SQL[]) => {
  if (conditions.length === 0 || columns.length === 0) return []
  const names = columns.map((one) => sql.identifier(one.column))
  const found = await tx.execute<Record<string, unknown>>(
    sql`select ${sql.join(names, sql`, `)} from ${sql.identifier(table.name)} where ${sql.join(
      conditions.map((one) => sql`(${one})`),
      sql` or `,
    )}`,
  )
  return found.rows
}

/** Rows with what is sealed in them opened; a cell whose subject was shredded is null. */
const openCells = async (
  tx: Tx,
  vault: Reader['vault'],
  table: MappedTable,
  columns: readonly MappedColumn[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
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

/**
 * What of a table is about the person. A row with an address that is not theirs (whom they invited) only names them:
 * the address of that other is left out. Of what they handled as staff for another they see that they did, no more.
 */
const readTable = async (
  { vault }: Pick<Reader, 'vault'>,
  tx: Tx,
  tables: ReadonlyMap<string, MappedTable>,
  table: MappedTable,
  subject: Subject,
): Promise<SubjectRows> => {
  const columns = table.columns.filter((column) => !isSecret(column))
  const addresses = new Set(table.links.flatMap((link) => ('of' in link && link.of === 'address' ? [link.column] : [])))
  const staffColumns = new Set(columns.filter((one) => one.subject === 'staff').map(({ column }) => column))
  const isNamingLink = (link: SubjectLink): boolean =>
    (addresses.size > 0 && 'of' in link && link.of === 'person') || staffColumns.has(link.column)
  const by = (isNaming: boolean): SQL[] =>
    table.links
      .filter((link) => isNamingLink(link) === isNaming)
      .map((link) => sql`${isSubjectsBy(tables, table.name, link, subject)} and ${disclosed[table.name] ?? sql`true`}`)
  const own = await read(tx, table, columns, by(false))
  const naming = await read(
    tx,
    table,
    columns.filter((one) =>
      staffColumns.size > 0
        ? one.opaque || one.category === 'system' || staffColumns.has(one.column)
        : !(one.sealedFor !== null && one.category === 'account.contact'),
    ),
    by(true),
  )
  const seen = new Set(own.map((row) => row.id))
  const rows = [...own, ...naming.filter((row) => !seen.has(row.id))]
  return { table: table.name, columns, rows: await openCells(tx, vault, table, columns, rows) }
}

/** Everything about a person, by a walk over the data map; tables with nothing are left out. */
export const readSubject = async (rights: Reader, tx: Tx, subject: Subject): Promise<SubjectRows[]> => {
  const tables = tablesOf(rights.map)
  const found: SubjectRows[] = []
  // People may have everything that is theirs, whatever it is held for.
  const all = rights.database.on(tx)
  for (const table of tables.values()) {
    if (table.name !== holds) found.push(await readTable(rights, all, tables, table, subject))
  }
  return found.filter(({ rows }) => rows.length > 0)
}

/** What the walk leaves out, and why. */
export const leftOut = ({ map }: Pick<Rights, 'map'>): LeftOut[] => [
  ...map.filter(isSecret).map(({ table, column }) => ({
    what: `${table}.${column}`,
    why: 'a hash or a sealed secret: of no use to you, of some to a thief',
  })),
  { what: holds, why: 'a legal hold may have to stay confidential; ask the operator' },
  { what: 'authority_request', why: 'requests of authorities are listed once you may be told of them' },
]
