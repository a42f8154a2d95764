import { text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CatalogueError, checkCatalogue, col, libraryColumns, mapTable, platformTables, table } from './index.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const platformMap = [...platformTables.flatMap(mapTable), ...libraryColumns]

test('every column of the platform and of the job library is declared, and every declared column exists', async () => {
  const findings = await checkCatalogue(database.pool, platformMap)
  const own = new Set(platformMap.map((column) => column.table))
  expect(findings.undeclared.filter((name) => own.has(name.slice(0, name.lastIndexOf('.'))))).toEqual([])
  expect(findings.missing).toEqual([])
  expect(findings.looked).toBeGreaterThan(50)
})

test('a column that was added by hand is found and named', async () => {
  await database.pool.query('alter table mail_outbox add column shoe_size text')
  const findings = await checkCatalogue(database.pool, platformMap)
  expect(findings.undeclared).toContain('mail_outbox.shoe_size')
  expect(new CatalogueError(findings).message).toContain(
    'mail_outbox.shoe_size: in the database but not in the data map',
  )
  await database.pool.query('alter table mail_outbox drop column shoe_size')
})

test('a table of another schema is found too, and a partition counts as its parent', async () => {
  await database.pool.query('create schema hidden; create table hidden.notes (body text)')
  await database.pool.query(
    "create table parts (at timestamptz not null) partition by range (at); create table parts_p20260101 partition of parts for values from ('2026-01-01') to ('2026-01-02')",
  )
  const { undeclared } = await checkCatalogue(database.pool, platformMap)
  expect(undeclared).toContain('hidden.notes.body')
  expect(undeclared).toContain('parts.at')
  expect(undeclared.filter((name) => name.startsWith('parts_p'))).toEqual([])
})

test('a declared column that the database lacks is named', async () => {
  const ghost = table(
    'ghost',
    {
      module: 'test',
      subject: 'none',
      purposes: ['provide'],
      erasure: 'none',
      retention: { class: 'system', with: 'ghost' },
    },
    { id: col(text('id').primaryKey(), 'system') },
  )
  const { missing } = await checkCatalogue(database.pool, [...platformMap, ...mapTable(ghost)])
  expect(missing).toEqual(['ghost.id'])
})
