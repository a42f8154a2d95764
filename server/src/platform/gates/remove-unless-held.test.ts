import { sql } from 'drizzle-orm'
import { text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { col, mapTable, table } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createHolds, lockHolds } from './holds.ts'
import { removeUnlessHeld } from './remove-unless-held.ts'

const note = table(
  'note',
  {
    module: 'test',
    subject: 'user',
    purposes: ['provide'],
    erasure: 'delete',
    retention: { class: 'mail', from: 'id' },
    subjectBy: [{ column: 'person_id', of: 'person' }],
  },
  { id: col(text('id').primaryKey(), 'system'), personId: col(text('person_id').notNull(), 'account.identity') },
)
const clock = movableClock(new Date('2026-05-01T10:00:00Z'))
const holds = createHolds(mapTable(note))

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table note (id text primary key, person_id text not null)')
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.pool.query('truncate note, legal_hold, evidence_leaf')
  await database.pool.query(`insert into note values ('a', 'prs_ada'), ('b', 'prs_bo')`)
})

const hold = (endedAt: string | null = null) =>
  sql`insert into legal_hold (id, scope, subject_id, addresses, ground, placed_at, begins_at, ended_at) values ('hld_1', 'person', 'prs_ada', '{}', 'test', now(), '2026-01-01', ${endedAt}::timestamptz)`
const remove = (where = sql`true`) =>
  removeUnlessHeld(
    { database, clock, holds },
    { table: 'note', where },
    { gate: 'bodies', decision: 'done', rule: 'x' },
  )
const left = async () => (await database.pool.query<{ id: string }>('select id from note order by id')).rows
const decisions = async () => (await database.pool.query('select gate, rule, counted from evidence_leaf')).rows

test('rows that nothing holds go, and the decision counts them', async () => {
  await database.direct.execute(hold('2026-04-30T00:00:00Z'))
  expect(await remove(sql`person_id = 'prs_ada'`)).toBe(1)
  expect(await left()).toEqual([{ id: 'b' }])
  expect(await decisions()).toEqual([{ gate: 'bodies', rule: 'x', counted: '1' }])
})

test('rows that are not there leave no decision', async () => {
  expect(await remove(sql`id = 'nobody'`)).toBe(0)
  expect(await decisions()).toEqual([])
})

test('of many rows those that a hold covers stay, and the others go', async () => {
  await database.direct.execute(hold())
  expect(await remove()).toBe(1)
  expect(await left()).toEqual([{ id: 'a' }])
  expect(await decisions()).toEqual([{ gate: 'bodies', rule: 'x', counted: '1' }])
})

test('a delete that began before a hold was answered waits for it, and obeys it', async () => {
  let removing: Promise<number> | undefined
  await database.transaction(async (tx) => {
    await lockHolds(tx)
    removing = remove(sql`person_id = 'prs_ada'`)
    await expect
      .poll(async () => (await database.pool.query(`select from pg_locks where not granted`)).rowCount)
      .toBeGreaterThan(0)
    await tx.execute(hold())
  })
  expect(await removing).toBe(0)
  expect(await left()).toEqual([{ id: 'a' }, { id: 'b' }])
})
