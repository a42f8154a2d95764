import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCatalogue, mapTable } from '../../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { identityTables } from './index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

describe('the data map of identity', () => {
  it('declares every column that its migrations make, and no other', async () => {
    const map = identityTables.flatMap(mapTable)
    const own = new Set(map.map((column) => column.table))
    const { undeclared, missing } = await checkCatalogue(database.pool, map)
    expect(missing).toEqual([])
    expect(undeclared.filter((name) => own.has(name.split('.')[0] ?? ''))).toEqual([])
  })

  it('lets rows that follow another row go with it', async () => {
    const following = identityTables.flatMap(mapTable).filter((column) => 'with' in column.retention)
    const { rows } = await database.pool.query<{ child: string; parent: string }>(
      "select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f' and confdeltype = 'c'",
    )
    const cascades = new Set(rows.map(({ child, parent }) => `${child} with ${parent}`))
    const wanted = following.map(({ table, retention }) => `${table} with ${'with' in retention ? retention.with : ''}`)
    expect(wanted.filter((one) => !cascades.has(one))).toEqual([])
  })
})
