import { type CompiledPolicy, parseDuration, type RetentionRule } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { text, timestamp } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { col, ensureDayPartitions, listDayPartitions, mapTable, type TableRetention, table } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createRetentionGate } from './retention.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table visit (id text primary key, at timestamptz, left_at timestamptz)')
  await database.pool.query('create table tick (id text, at timestamptz not null) partition by range (at)')
})
afterAll(() => database.close())
beforeEach(() => database.pool.query('truncate visit, tick, retention_run, evidence_leaf'))

const now = new Date('2026-03-31T12:00:00Z')

const mapped = (name: string, retention: TableRetention) =>
  mapTable(
    table(
      name,
      { module: 'test', subject: 'user', purposes: ['provide'], erasure: 'delete', retention },
      { id: col(text('id').primaryKey(), 'system'), at: col(timestamp('at', { withTimezone: true }), 'system') },
    ),
  )

const gateFor = (retention: TableRetention, rule: Partial<RetentionRule> & { text: string }, name = 'visit') => {
  const period = rule.text === 'forever' ? 'forever' : parseDuration(rule.text)
  if (period === null) throw new Error('not a duration')
  const full: RetentionRule = { class: 'access.log', trigger: 'creation', exceptions: [], ...rule, period }
  const policy = { retention: (wanted: string) => (wanted === full.class ? full : null) } as unknown as CompiledPolicy
  const clock = movableClock(now)
  const gate = createRetentionGate({ database, clock, policy, map: mapped(name, retention) })
  const [of] = gate.tables
  if (of === undefined) throw new Error('the gate has no table')
  return { gate, clock, of }
}

const add = (id: string, at: string | null) => database.pool.query('insert into visit values ($1, $2)', [id, at])
const left = async () =>
  (await database.pool.query<{ id: string }>('select id from visit order by id')).rows.map((row) => row.id)

test('rows past their period go, others and those whose time has not begun stay, and the run says so', async () => {
  await add('past', '2026-02-27T12:00:00Z')
  await add('due-now', '2026-02-28T12:00:00Z')
  await add('young', '2026-03-01T12:00:01Z')
  await add('not-begun', null)
  const { gate, of } = gateFor({ class: 'access.log', from: 'at' }, { text: 'P1M' })
  expect(await gate.overdue(database.direct, of)).toBe(2)
  const result = await gate.sweep(of)
  expect(result).toMatchObject({ looked: 2, removed: 2, held: 0, nextDueAt: new Date('2026-04-01T12:00:01Z') })
  expect(result.explanation).toBe('2 past 1 month: 2 removed, 0 on hold; the next is due 2026-04-01 12:00 UTC')
  expect((await gate.sweep(of)).explanation).toBe('none past 1 month; the next is due 2026-04-01 12:00 UTC')
  expect(await left()).toEqual(['not-begun', 'young'])
  expect(await gate.overdue(database.direct, of)).toBe(0)
  const { rows } = await database.pool.query('select gate, decision, rule, counted from evidence_leaf')
  expect(rows).toEqual([{ gate: 'retention', decision: 'done', rule: 'retain(access.log)', counted: '2' }])
})

test('more rows than a batch are all removed', async () => {
  await database.pool.query("insert into visit select 'v' || n, '2020-01-01' from generate_series(1, 2500) n")
  const { gate, of } = gateFor({ class: 'access.log', from: 'at' }, { text: 'P90D' })
  expect((await gate.sweep(of)).removed).toBe(2500)
  expect(await left()).toEqual([])
})

test('what is kept for ever is never removed', async () => {
  await add('ancient', '1999-01-01T00:00:00Z')
  const { gate, of } = gateFor({ class: 'access.log', from: 'at' }, { text: 'forever' })
  expect((await gate.sweep(of)).removed).toBe(0)
  expect(await left()).toEqual(['ancient'])
})

test('the column follows the trigger of the policy', async () => {
  await add('a', '2020-01-01T00:00:00Z')
  const columns = { creation: 'at', 'account-closure': 'left_at' } as const
  const byClosure = gateFor({ class: 'access.log', from: columns }, { text: 'P30D', trigger: 'account-closure' })
  expect(byClosure.of.column).toBe('left_at')
  expect((await byClosure.gate.sweep(byClosure.of)).removed).toBe(0)
  const byCreation = gateFor({ class: 'access.log', from: columns }, { text: 'P30D' })
  expect((await byCreation.gate.sweep(byCreation.of)).removed).toBe(1)
})

test('a class without a period, and a trigger that a table cannot follow, are problems that name the table', () => {
  const none = { retention: () => null } as unknown as CompiledPolicy
  const clock = movableClock(now)
  const map = mapped('visit', { class: 'access.log', from: 'at' })
  expect(createRetentionGate({ database, clock, policy: none, map }).problems).toEqual([
    'visit: the policy gives no period for access.log. Add it under retention',
  ])
})

test('whole days of a partitioned table are dropped once their last moment is past, and not before', async () => {
  await ensureDayPartitions(database.direct, 'tick', new Date('2026-03-28T00:00:00Z'), 4)
  await database.pool.query(
    "insert into tick values ('a', '2026-03-28T23:59:59Z'), ('b', '2026-03-29T00:00:01Z'), ('c', '2026-03-31T01:00:00Z')",
  )
  const { gate, of, clock } = gateFor({ class: 'access.log', from: 'at', partitioned: 'day' }, { text: 'P2D' }, 'tick')
  expect(await gate.overdue(database.direct, of)).toBe(1)
  const result = await gate.sweep(of)
  expect(result).toMatchObject({ removed: 1, held: 0, nextDueAt: new Date('2026-04-01T00:00:00Z') })
  expect(await gate.overdue(database.direct, of)).toBe(0)
  expect((await listDayPartitions(database.direct, 'tick')).map((one) => one.name)).toEqual([
    'tick_p20260329',
    'tick_p20260330',
    'tick_p20260331',
  ])
  clock.set(new Date('2026-04-01T00:00:00Z'))
  await gate.sweep(of)
  expect((await listDayPartitions(database.direct, 'tick')).map((one) => one.name)).toEqual([
    'tick_p20260330',
    'tick_p20260331',
  ])
  expect((await database.direct.execute(sql`select id from tick`)).rows).toEqual([{ id: 'c' }])
})

test('a day that somebody reads whole stays until the next run, and nobody waits behind it', async () => {
  await database.pool.query('drop table tick')
  await database.pool.query('create table tick (id text, at timestamptz not null) partition by range (at)')
  await ensureDayPartitions(database.direct, 'tick', new Date('2026-03-01T00:00:00Z'), 1)
  await database.pool.query("insert into tick values ('a', '2026-03-01T10:00:00Z')")
  const { gate, of } = gateFor({ class: 'access.log', from: 'at', partitioned: 'day' }, { text: 'P2D' }, 'tick')
  const reader = await database.pool.connect()
  try {
    await reader.query('begin')
    await reader.query('lock table tick in access share mode')
    expect(await gate.sweep(of)).toMatchObject({ removed: 0 })
    await database.pool.query("insert into tick values ('b', '2026-03-01T11:00:00Z')")
    await reader.query('commit')
  } finally {
    reader.release()
  }
  expect(await gate.sweep(of)).toMatchObject({ removed: 2 })
})

test('a row whose time would end after the year 9999 never falls due, and the run says nothing of it', async () => {
  await add('for-ever', '9999-12-01T00:00:00Z')
  const { gate, of } = gateFor({ class: 'access.log', from: 'at' }, { text: 'P7Y' })
  expect(await gate.sweep(of)).toMatchObject({ removed: 0, nextDueAt: null, explanation: 'none past 7 years' })
})

test('a clock that jumps ahead takes a month of data at most, says so, and as much again a day later', async () => {
  const { gate, of, clock } = gateFor({ class: 'access.log', from: 'at' }, { text: 'P90D' })
  await add('young', '2026-03-30T00:00:00Z')
  await add('older', '2026-01-15T00:00:00Z')
  expect(await gate.sweep(of)).toMatchObject({ removed: 0 })
  clock.set(new Date('2031-01-01T00:00:00Z'))
  const jumped = await gate.sweep(of)
  expect(jumped.removed).toBe(1)
  expect(jumped.explanation).toMatch(
    /; the clock is \d+ days ahead of the last runs, so only what was due at 2026-05-01T12:00:00.000Z went$/,
  )
  const hourMs = 3_600_000
  for (let hour = 0; hour < 23; hour++) {
    clock.advance(hourMs)
    await gate.sweep(of)
  }
  expect(await left()).toEqual(['young'])
  clock.advance(2 * hourMs)
  expect(await gate.instant(database.direct)).toEqual(new Date('2026-06-01T12:00:00Z'))
  const { rows } = await database.pool.query("select 1 from evidence_leaf where rule = 'clock ahead'")
  expect(rows.length).toBe(1)
  clock.set(new Date('2026-05-02T00:00:00Z'))
  expect(await gate.instant(database.direct)).toEqual(new Date('2026-05-02T00:00:00Z'))
})

test('a machine that was off for some weeks sweeps at once what fell due meanwhile', async () => {
  const { gate, of, clock } = gateFor({ class: 'access.log', from: 'at' }, { text: 'P90D' })
  await gate.sweep(of)
  await add('due-meanwhile', '2026-01-10T00:00:00Z')
  clock.advance(21 * 86_400_000)
  expect(await gate.sweep(of)).toMatchObject({ removed: 1 })
})

test('a row ends before its period where its customer wants it, also in a table that drops whole days', async () => {
  await database.pool.query('drop table tick')
  await database.pool.query(
    'create table tick (id text, at timestamptz not null, due_at timestamptz) partition by range (at)',
  )
  await ensureDayPartitions(database.direct, 'tick', new Date('2026-03-01T00:00:00Z'), 31)
  await database.pool.query(
    "insert into tick values ('old', '2026-03-01T10:00:00Z', null), ('wanted', '2026-03-30T10:00:00Z', '2026-03-31T11:00:00Z'), ('later', '2026-03-30T10:00:00Z', '2026-03-31T13:00:00Z'), ('whole', '2026-03-30T10:00:00Z', null)",
  )
  const retention = { class: 'access.log', from: 'at', partitioned: 'day', sooner: 'due_at' } as const
  const { gate, of, clock } = gateFor(retention, { text: 'P20D' }, 'tick')
  const ids = async () =>
    (await database.pool.query<{ id: string }>('select id from tick order by id')).rows.map(({ id }) => id)
  expect(await gate.overdue(database.direct, of)).toBe(2)
  expect(await gate.sweep(of)).toMatchObject({ removed: 2, nextDueAt: new Date('2026-03-31T13:00:00Z') })
  expect(await ids()).toEqual(['later', 'whole'])
  clock.set(new Date('2026-03-31T14:00:00Z'))
  expect(await gate.sweep(of)).toMatchObject({ removed: 1 })
  expect(await ids()).toEqual(['whole'])
})
