import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'

/** Ids, model names and error codes are shorter; prompts seldom are. */
const longestMetadata = 400
const newestRows = 20_000

const isText = new Set(['text', 'character varying', 'json', 'jsonb', 'bytea', 'character'])

const nameOf = (table: string): SQL =>
  sql.join(
    table.split('.').map((part) => sql.identifier(part)),
    sql.raw('.'),
  )

/** The order in which the newest rows come first, by the column from which the table's period counts. */
const newestFirst = (map: readonly MappedColumn[], table: string): SQL => {
  const retention = map.find((column) => column.table === table)?.retention
  return retention !== undefined && 'from' in retention && typeof retention.from === 'string'
    ? sql`order by ${sql.identifier(retention.from)} desc`
    : sql``
}

interface CallRecords {
  readonly tables: readonly string[]
  /** How many of the newest records were read. */
  readonly looked: number
  /** One for each table with content in its records. */
  readonly violations: readonly string[]
}

/** Reads the newest records of calls and looks for anything as long as a prompt, in whatever column. */
export const searchCallRecords = async ({ database, map }: CheckedSystem): Promise<CallRecords> => {
  const tables = [
    ...new Set(map.filter((column) => column.category === 'usage.inference').map((column) => column.table)),
  ]
  const { rows: columns } = await database.direct.execute<{
    table_name: string
    column_name: string
    data_type: string
  }>(sql`select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'`)
  const violations: string[] = []
  let looked = 0
  for (const table of tables) {
    const wide = columns.filter((column) => column.table_name === table && isText.has(column.data_type))
    if (wide.length === 0) continue
    const longest = sql.join(
      wide.map((column) => sql`coalesce(length(${sql.identifier(column.column_name)}::text), 0)`),
      sql.raw(', '),
    )
    const { rows } = await database.direct.execute<{ all: string; long: string }>(
      sql`select count(*) as all, count(*) filter (where greatest(${longest}) > ${longestMetadata}) as long from (select * from ${nameOf(table)} ${newestFirst(map, table)} limit ${newestRows}) as sample`,
    )
    looked += Number(rows[0]?.all ?? 0)
    const long = Number(rows[0]?.long ?? 0)
    if (long > 0) violations.push(`${count(long, 'row')} of ${table} hold more than metadata`)
  }
  return { tables, looked, violations }
}

export const unseen = (tables: readonly string[]): string | null =>
  tables.length === 0 ? 'no table records calls yet' : null

/** Records of calls hold no content, wherever bodies may be stored beside them. */
export const bareCallRecords: Check<'call-records-bare'> = {
  name: 'bare-call-records',
  run: async (_rule, system) => {
    const { tables, looked, violations } = await searchCallRecords(system)
    const columns = system.map.filter(({ table }) => tables.includes(table))
    const forBodies = columns.filter(({ category }) => category.startsWith('content.'))
    return finding(
      columns.length + looked,
      [...forBodies.map(({ table, column }) => `${table}.${column} is for content`), ...violations],
      `${count(columns.length, 'column')} of call records and ${count(looked, 'record')} read, ${forBodies.length + violations.length} with content`,
      unseen(tables),
    )
  },
}
