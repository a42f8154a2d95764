import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, SubjectLink } from '../db/index.ts'

/** A person with everything that is theirs alone. */
export interface Subject {
  readonly personId: string
  /** As keyed hashes, by which rows name them. */
  readonly addresses: readonly string[]
  /** Addresses that they had before, each until an instant: what was written to it later is another's. */
  readonly formerAddresses?: readonly { readonly index: string; readonly until: string }[]
  /** Organisations without any other member. */
  readonly organisationIds: readonly string[]
  /** What was written to their addresses after this is a later person's. */
  readonly until: Date
}

export interface MappedTable {
  readonly name: string
  readonly links: readonly SubjectLink[]
  readonly columns: readonly MappedColumn[]
}

/** The tables of the data map that say whose their rows are. */
export const tablesOf = (map: readonly MappedColumn[]): ReadonlyMap<string, MappedTable> => {
  const tables = new Map<string, MappedTable>()
  for (const column of map) {
    if (column.subjectBy.length === 0) continue
    const columns = [...(tables.get(column.table)?.columns ?? []), column]
    tables.set(column.table, { name: column.table, links: column.subjectBy, columns })
  }
  return tables
}

/** The kind of subject whose own row this table holds: people, organisations; null for every other table. */
export const rootOf = (table: MappedTable): 'person' | 'organisation' | null => {
  const own = table.links.find((link) => 'of' in link && link.column === 'id')
  return own !== undefined && 'of' in own && own.of !== 'address' ? own.of : null
}

export interface Child {
  readonly table: MappedTable
  readonly link: SubjectLink
}

/** The tables whose rows name a row of this one, with the link that does. */
export const childrenOf = (tables: ReadonlyMap<string, MappedTable>, of: MappedTable): Child[] => {
  const root = rootOf(of)
  return [...tables.values()]
    .filter((table) => table !== of)
    .flatMap((table) =>
      table.links
        .filter((link) => ('through' in link ? link.through === of.name : root !== null && link.of === root))
        .map((link) => ({ table, link })),
    )
}

export const columnOf = (table: string, column: string): SQL => sql`${sql.identifier(table)}.${sql.identifier(column)}`

const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`

/**
 * Rows that are the subject's by one link. An organisation with other members is not the subject's.
 * @param name the table, or one of its partitions
 */
export const isSubjectsBy = (
  tables: ReadonlyMap<string, MappedTable>,
  name: string,
  link: SubjectLink,
  subject: Subject,
): SQL => {
  const column = columnOf(name, link.column)
  if ('through' in link) {
    const parent = tables.get(link.through)
    const theirs = (parent?.links ?? [])
      .filter((one) => 'through' in one || one.of !== 'person')
      .map((one) => isSubjectsBy(tables, link.through, one, subject))
    const isTheirs = theirs.length === 0 ? sql`false` : sql.join(theirs, sql` or `)
    return sql`${column} in (select id from ${sql.identifier(link.through)} where ${isTheirs})`
  }
  switch (link.of) {
    case 'person':
      return sql`${column} = ${subject.personId}`
    case 'organisation':
      return sql`${column} = any (${textArray(subject.organisationIds)})`
    case 'address': {
      const at = columnOf(name, link.since)
      const former = (subject.formerAddresses ?? []).map(
        ({ index, until }) => sql`(${column} = ${index} and ${at} <= ${until}::timestamptz)`,
      )
      const now = sql`(${column} = any (${textArray(subject.addresses)}) and ${at} <= ${subject.until.toISOString()}::timestamptz)`
      return sql.join([now, ...former], sql` or `)
    }
  }
}

/** Columns by which a person is recognised: one that cannot be emptied cannot be pseudonymised. */
const recognisable: ReadonlySet<string> = new Set([
  'account.identity',
  'account.contact',
  'technical.network',
  'technical.device',
])

const problemsOfLink = (table: MappedTable, link: SubjectLink): string[] => {
  const column = table.columns.find((one) => one.column === link.column)
  if (column === undefined) return [`${table.name}: subjectBy names ${link.column}, which it does not have`]
  const place = `${table.name}.${link.column}`
  if (column.erasure === 'none') return [`${place}: it says whose a row is, and its erasure is none`]
  return column.erasure === 'pseudonymise' && !column.nullable
    ? [`${place}: erasure empties it, and it cannot be empty`]
    : []
}

/** Why the walk over a subject's rows would miss something; the server does not start with one. */
export const subjectProblems = (map: readonly MappedColumn[], foreignKeys: ReadonlySet<string>): string[] => {
  const tables = tablesOf(map)
  const problems = [...tables.values()].flatMap((table) => table.links.flatMap((link) => problemsOfLink(table, link)))
  for (const { table, column, category, erasure, nullable } of map) {
    const isPersonal = category !== 'system' && erasure !== 'none'
    if (isPersonal && !tables.has(table)) problems.push(`${table}.${column}: nothing says whose it is. Add subjectBy`)
    if (erasure === 'pseudonymise' && !nullable && recognisable.has(category))
      problems.push(`${table}.${column}: erasure empties it, and it cannot be empty`)
  }
  for (const table of tables.values()) {
    for (const link of table.links) {
      if ('through' in link && !foreignKeys.has(`${table.name}.${link.column} ${link.through}.id`))
        problems.push(`${table.name}.${link.column}: no foreign key leads to ${link.through}`)
    }
  }
  return problems
}

interface Queryable {
  query(text: string): Promise<{ rows: unknown[] }>
}

/** The live foreign keys of one column, as `child.column parent.column`. */
export const readForeignKeys = async (pool: Queryable): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query(`
    select c.relname || '.' || a.attname || ' ' || p.relname || '.' || b.attname as key
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid
    join pg_class p on p.oid = f.confrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
    join pg_attribute b on b.attrelid = p.oid and b.attnum = f.confkey[1]
    where f.contype = 'f' and array_length(f.conkey, 1) = 1`)
  return new Set((rows as { key: string }[]).map((row) => row.key))
}
