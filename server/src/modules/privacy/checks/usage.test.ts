import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import type { Metering } from '../../billing/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
  await ensureDayPartitions(system.database.direct, 'usage_event', daysAgo(100), 102)
})
afterAll(() => system.database.close())
beforeEach(() => system.database.pool.query('truncate usage_event, usage_hour'))

const daysAgo = (days: number): Date => new Date(system.clock.nowMs() - days * 86_400_000)

const call = (id: string, at: Date, promptTokens = 10) =>
  system.database.pool.query(
    `insert into usage_event (id, at, organisation_id, project_id, key_id, model, served, stream, outcome, status, prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million, completion_micros_per_million, cost_micros)
     values ($1, $2, 'o', 'p', 'k', 'tiny', 'embedded', false, 'completed', 200, $3, 5, false, 12, 'EUR', 0, 0, 0)`,
    [id, at, promptTokens],
  )
const book = (at: Date, requests: number, promptTokens: number) =>
  system.database.pool.query(
    `insert into usage_hour (hour, organisation_id, project_id, key_id, model, currency, requests, failed_requests, prompt_tokens, completion_tokens, cost_picos)
     values (date_trunc('hour', $1::timestamptz, 'UTC'), 'o', 'p', 'k', 'tiny', 'EUR', $2::bigint, 0, $3, $2::bigint * 5, 0)`,
    [at, requests, promptTokens],
  )

describe('the books', () => {
  it('hold each call once with the counts of the engine, and agree with the calls', async () => {
    const now = system.clock.now()
    await call('a', now)
    await call('b', now, 7)
    await book(now, 2, 17)
    expect(await verifyClause(system, 'START-25')).toMatchObject({
      state: 'kept',
      figure:
        '4 calls of a probe followed into the books, 2 calls of the last 3 hours against 1 sum in the books, 0 differ',
    })
    const { rows } = await system.database.pool.query('select id from usage_event order by id')
    expect(rows).toEqual([{ id: 'a' }, { id: 'b' }])
  })

  it('are proven on a server that nobody has called', async () => {
    expect(await verifyClause(system, 'START-25')).toMatchObject({ state: 'kept' })
  })

  it('are broken by a call that is missing, one that is counted twice, and a sum that is off', async () => {
    const now = system.clock.now()
    await book(now, 1, 10)
    expect(await verifyClause(system, 'START-25')).toMatchObject({ state: 'broken' })
    await call('a', now)
    expect(await verifyClause(system, 'START-25')).toMatchObject({ state: 'kept' })
    await call('a', new Date(now.getTime() - 1))
    expect(await verifyClause(system, 'START-25')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('1 call counted twice'),
    })
  })

  it('stay whole when somebody is erased: their calls go, and the law keeps the sums', async () => {
    await book(system.clock.now(), 1, 10)
    expect(await verifyClause(system, 'START-25')).toMatchObject({ state: 'broken' })
    await system.database.pool.query(
      "insert into erasure_ledger (id, subject_kind, subject_hash, at) values ('erl_1', 'organisation', $1, now())",
      [system.vault.keyedHash('erasure', 'o')],
    )
    expect(await verifyClause(system, 'START-25')).toMatchObject({ state: 'kept' })
    await system.database.pool.query('delete from erasure_ledger')
  })

  /** Probes with books whose metering is changed. */
  const metering = (change: (real: Metering) => Partial<Metering>): TestSystem => ({
    ...system,
    probeBooks: async (days) => {
      const books = await system.probeBooks(days)
      return { ...books, metering: { ...books.metering, ...change(books.metering) } }
    },
  })

  it('are broken by a gateway that forgets a call, or writes down its own counts', async () => {
    const forgetful = metering(() => ({ record: (_event, done) => done(null) }))
    expect(await verifyClause(forgetful, 'START-25')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('4 calls made, 2 calls in the books'),
    })
    const generous = metering((real) => ({
      record: (event, done) => real.record({ ...event, completionTokens: event.completionTokens + 1 }, done),
    }))
    expect(await verifyClause(generous, 'START-25')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('differ from what the engine counted'),
    })
  })

  it('are broken by a call that is booked again under another id', async () => {
    const doubling = metering((real) => ({
      record: (event, done) => real.record(event, () => real.record({ ...event, id: `${event.id}x` }, done)),
    }))
    expect(await verifyClause(doubling, 'START-25')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('4 calls made, 6 calls in the books'),
    })
  })
})

describe('records of calls', () => {
  it('are kept within their period, day by day', async () => {
    await call('young', daysAgo(89))
    expect(await verifyClause(system, 'START-28')).toMatchObject({
      state: 'kept',
      figure: '0 of 1 row past due in 2 tables',
    })
  })

  it('are broken by a day past the period, until the gate drops it', async () => {
    await call('young', daysAgo(1))
    await call('old', daysAgo(93))
    expect(await verifyClause(system, 'START-28')).toMatchObject({
      state: 'broken',
      reason: '1 row of usage_event past P90D',
    })
    const of = system.gates.retention.tables.find((table) => table.table === 'usage_event')
    await system.gates.retention.sweep(of!)
    expect(await verifyClause(system, 'START-28')).toMatchObject({
      state: 'kept',
      figure: '0 of 1 row past due in 2 tables',
    })
  })
})
