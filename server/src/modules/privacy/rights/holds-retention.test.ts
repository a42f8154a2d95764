import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { ensureDayPartitions, listDayPartitions } from '../../../platform/db/index.ts'
import { readForeignKeys, subjectProblems } from '../../../platform/gates/index.ts'
import { createTestSystem, type TestSystem } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())
const query = <T extends object>(text: string, values: unknown[] = []) =>
  system.database.pool.query<T>(text, values).then(({ rows }) => rows)
beforeEach(() => query('truncate legal_hold, usage_event, mail_outbox, retention_run'))

const hold = (scope: string, subject: string | null, categories: string[] | null = null, addresses: string[] = []) =>
  query(
    "insert into legal_hold (id, scope, subject_id, addresses, categories, ground, placed_at, begins_at) values ('h', $1, $2, $3, $4, 'case', now() - interval '1 minute', now() - interval '1 minute')",
    [scope, subject, addresses, categories],
  )
const sweep = (table: string) =>
  system.gates.retention.sweep(system.gates.retention.tables.find((of) => of.table === table)!)
const mail = (id: string, to: string) =>
  query(
    "insert into mail_outbox (id, about, sealed_recipient, recipient_index, sealed_message, kind, state, created_at) values ($1, 'nobody', '', $2, '', 'security', 'held', '2020-01-01')",
    [id, to],
  )

const oldDay = new Date('2025-01-10T00:00:00Z')
const event = (id: string, organisation: string) =>
  query(
    "insert into usage_event values ($1, '2025-01-10T12:00:00Z', $2, 'p', 'k', 'tiny', 'embedded', null, false, 'completed', 200, 1, 1, false, null, 5, 'EUR', 0, 0, 0)",
    [id, organisation],
  )
const events = async () => (await query<{ id: string }>('select id from usage_event order by id')).map((row) => row.id)
const partitions = async () => (await listDayPartitions(system.database.direct, 'usage_event')).map((one) => one.name)

it('the data map says whose every row is', async () => {
  expect(subjectProblems(dataMap, await readForeignKeys(system.database.pool))).toEqual([])
  const unowned = dataMap.map((one) => (one.table === 'session' ? { ...one, subjectBy: [] } : one))
  expect(subjectProblems(unowned, await readForeignKeys(system.database.pool))).toContain(
    'session.person_id: nothing says whose it is. Add subjectBy',
  )
  expect(subjectProblems(dataMap, new Set())).toContain('api_key.project_id: no foreign key leads to project')
})

it('held rows outlive their period, the run says so, and they go when the hold has ended', async () => {
  await mail('a', 'held@example.org')
  await mail('b', 'free@example.org')
  await hold('person', 'somebody', null, ['held@example.org'])
  expect(await sweep('mail_outbox')).toMatchObject({
    removed: 1,
    explanation: '2 past 30 days: 1 removed, 1 on hold',
  })
  expect(await query('select id from mail_outbox')).toEqual([{ id: 'a' }])
  await query("update legal_hold set ended_at = now() - interval '1 second'")
  expect(await sweep('mail_outbox')).toMatchObject({ removed: 1 })
})

it('a hold on other categories keeps nothing; one on everyone keeps all', async () => {
  await mail('a', 'held@example.org')
  await hold('person', 'somebody', ['technical.network'], ['held@example.org'])
  expect((await sweep('mail_outbox')).removed).toBe(1)
  await mail('a', 'held@example.org')
  await query('truncate legal_hold')
  await hold('everyone', null, ['correspondence'])
  expect((await sweep('mail_outbox')).removed).toBe(0)
})

it('a day with held rows is dropped, and those are put back', async () => {
  await ensureDayPartitions(system.database.direct, 'usage_event', oldDay, 1)
  for (const [id, organisation] of [
    ['a', 'held'],
    ['b', 'free'],
    ['c', 'free'],
  ] as const)
    await event(id, organisation)
  await hold('organisation', 'held')
  expect(await sweep('usage_event')).toMatchObject({
    removed: 2,
    explanation: expect.stringMatching(/^3 past 90 days: 2 removed, 1 on hold/),
  })
  expect(await events()).toEqual(['a'])
  expect((await sweep('usage_event')).removed).toBe(0)
  expect(await partitions()).toContain('usage_event_p20250110')
  await query("update legal_hold set ended_at = now() - interval '1 second'")
  expect((await sweep('usage_event')).removed).toBe(1)
  expect(await partitions()).not.toContain('usage_event_p20250110')
})
