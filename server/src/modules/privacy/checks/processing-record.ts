import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { belongsInRecord, makeProcessingRecord } from '../processing-record.ts'

/** Every column of the live database that is not a partition's, as `table.column`. */
const liveColumns = async ({ database }: Pick<CheckedSystem, 'database'>): Promise<string[]> => {
  const { rows } = await database.direct.execute<{ place: string }>(
    sql`select c.relname || '.' || a.attname as place from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped`,
  )
  return rows.map(({ place }) => place)
}

/** Makes the record of processing and looks for columns of the live database that it leaves out. */
export const processingRecord: Check<'processing-record'> = {
  name: 'processing-record',
  run: async (_rule, system) => {
    const { clock, map, policy } = system
    const record = makeProcessingRecord(policy, map, clock.now())
    const recorded = new Set(
      record.activities.flatMap(({ categories }) => categories.flatMap(({ columns }) => columns)),
    )
    const elsewhere = new Set(
      map.filter((column) => !belongsInRecord(policy, column)).map((one) => `${one.table}.${one.column}`),
    )
    const live = await liveColumns(system)
    const left = live.filter((place) => !recorded.has(place) && !elsewhere.has(place))
    const withoutBasis = record.activities.filter(({ basis }) => basis === null)
    const violations = [
      ...left.map((place) => `${place} is in no activity of the record`),
      ...withoutBasis.map(({ purpose }) => `${purpose} has no legal basis`),
      ...record.gaps,
    ]
    const figure = `activities: ${record.activities.length}, over ${count(recorded.size, 'column')} of personal data; ${violations.length} left out`
    return finding(recorded.size, violations, figure)
  },
}
