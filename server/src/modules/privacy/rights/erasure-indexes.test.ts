import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

/** Tables of so few rows that a walk over all of them costs nothing. */
const isSmall = new Set(['legal_hold', 'staff_member', 'attestation', 'authority_request'])

/** First columns of the live indexes, as `table.column`. */
const indexed = async (): Promise<Set<string>> => {
  const { rows } = await database.pool.query<{ place: string }>(
    `select c.relname || '.' || a.attname as place from pg_index i
     join pg_class c on c.oid = i.indrelid
     join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'`,
  )
  return new Set(rows.map(({ place }) => place))
}

it('erasing a person walks over no whole table: every column that says whose a row is has an index', async () => {
  const places = dataMap.flatMap(({ table, subjectBy }) =>
    isSmall.has(table) ? [] : subjectBy.map(({ column }) => `${table}.${column}`),
  )
  const has = await indexed()
  expect([...new Set(places)].filter((place) => !has.has(place))).toEqual([])
})

it('nor does a row that goes: every column that refers to another row has an index', async () => {
  const { rows } = await database.pool.query<{ place: string; table: string }>(
    `select c.relname || '.' || a.attname as place, c.relname as table from pg_constraint f
     join pg_class c on c.oid = f.conrelid
     join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
     join pg_namespace n on n.oid = c.relnamespace where f.contype = 'f' and n.nspname = 'public'`,
  )
  const has = await indexed()
  expect(rows.filter(({ place, table }) => !isSmall.has(table) && !has.has(place))).toEqual([])
})
