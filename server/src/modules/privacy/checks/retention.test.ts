import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { movableClock, systemClock } from '../../../platform/clock/index.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import { createRetentionGate } from '../../../platform/gates/index.ts'
import { createTestSystem, shippedPolicy, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())
beforeEach(() => system.database.pool.query('truncate mail_outbox, retention_run'))

const dayMs = 86_400_000
const mail = (id: string, ageDays: number) =>
  system.database.pool.query(
    "insert into mail_outbox (id, about, sealed_recipient, recipient_index, sealed_message, kind, state, created_at) values ($1, 'nobody', '', '', '', 'security', 'held', $2)",
    [id, new Date(system.clock.nowMs() - ageDays * dayMs)],
  )

describe('a period', () => {
  it('is kept where the tables of its class are empty, because the gate was seen to find a row that is due', async () => {
    expect(await verifyClause(system, 'START-31')).toMatchObject({
      state: 'kept',
      figure: '0 of 0 rows past due in 2 tables',
    })
  })

  it('is kept by rows within it', async () => {
    await mail('young', 29)
    expect(await verifyClause(system, 'START-31')).toMatchObject({
      state: 'kept',
      figure: '0 of 1 row past due in 2 tables',
    })
  })

  it('is broken by one row past it, and kept again when the gate has swept', async () => {
    await mail('young', 1)
    await mail('old', 32)
    expect(await verifyClause(system, 'START-31')).toMatchObject({
      state: 'broken',
      reason: '1 row of mail_outbox past P30D',
    })
    const [outbox] = system.gates.retention.tables.filter((of) => of.table === 'mail_outbox')
    await system.gates.retention.sweep(outbox!)
    expect(await verifyClause(system, 'START-31')).toMatchObject({
      state: 'kept',
      figure: '0 of 1 row past due in 2 tables',
    })
  })

  it('is broken by a gate that finds nothing due', async () => {
    const retention = { ...system.gates.retention, overdue: async () => 0 }
    const report = await verifyClause({ ...system, gates: { ...system.gates, retention } }, 'START-31')
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the retention gate does not find a row of mail_outbox that is due'),
    })
  })

  it('is broken by a gate that takes everything for due', async () => {
    const retention = { ...system.gates.retention, overdue: async () => 2 }
    expect(await verifyClause({ ...system, gates: { ...system.gates, retention } }, 'START-31')).toMatchObject({
      state: 'broken',
    })
  })

  it('is broken by a gate with another period than the policy', async () => {
    const policy = starterPolicy(['mail: { period: P30D', 'mail: { period: P60D'])
    const retention = createRetentionGate({ database: system.database, clock: system.clock, policy, map: system.map })
    expect(await verifyClause({ ...system, gates: { ...system.gates, retention } }, 'START-31')).toMatchObject({
      state: 'broken',
    })
  })

  it('is broken by rows that would outlive the row which they belong to', async () => {
    const { rows } = await system.database.pool.query<{ name: string }>(
      "select conname as name from pg_constraint where conrelid = 'membership'::regclass and confrelid = 'organisation'::regclass",
    )
    expect(await verifyClause(system, 'START-26')).toMatchObject({ state: 'kept' })
    await system.database.pool.query(`alter table membership drop constraint ${rows[0]?.name}`)
    const report = await verifyClause(system, 'START-26')
    await system.database.pool.query(
      `alter table membership add constraint ${rows[0]?.name} foreign key (organisation_id) references organisation (id) on delete cascade`,
    )
    expect(report).toMatchObject({ state: 'broken', reason: 'rows of membership are not deleted with organisation' })
  })

  it('is unproven while no table holds rows of its class', async () => {
    const policy = starterPolicy(
      ['      - retain: access.log', '      - retain: workspace'],
      ['  access.log: {', '  workspace: { period: P1D, trigger: parent-deletion }\n  access.log: {'],
    )
    expect(await verifyClause({ ...system, policy }, 'START-29')).toMatchObject({
      state: 'unproven',
      reason: 'no table holds rows of workspace (not built yet: workspaces)',
    })
  })
})

describe('the schedule of retention', () => {
  const sweepAll = async () => {
    for (const of of system.gates.retention.tables) await system.gates.retention.sweep(of)
  }

  it('is kept when every table was swept in the last day', async () => {
    await sweepAll()
    expect(await verifyClause(system, 'START-33')).toMatchObject({ state: 'kept' })
  })

  it('is unproven before its first run', async () => {
    expect(await verifyClause(system, 'START-33')).toMatchObject({ state: 'unproven' })
  })

  it('is broken when runs have stopped, or leave out a table', async () => {
    await sweepAll()
    const clock = movableClock(new Date(system.clock.nowMs() + 26 * 3_600_000))
    expect(await verifyClause({ ...system, clock }, 'START-33')).toMatchObject({ state: 'broken' })
    await system.database.pool.query("delete from retention_run where table_name = 'session'")
    expect(await verifyClause(system, 'START-33')).toMatchObject({
      state: 'broken',
      reason: 'session was not swept in time',
    })
  })
})

describe('a period that a customer shortens', () => {
  let keeping: TestSystem
  beforeAll(async () => {
    const made = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
    const rules = made.policy.rules.filter(({ kind, argument }) => kind === 'retain' && argument === 'inference.body')
    const clauses = made.policy.clauses
      .filter(({ id }) => id === 'ECO-22')
      .map((clause) => ({ ...clause, rules: rules.map(({ id }) => id) }))
    keeping = { ...made, policy: { ...made.policy, rules, clauses } }
    await ensureDayPartitions(made.database.direct, 'kept_call', made.clock.now(), 1)
  })
  afterAll(() => keeping.database.close())
  const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...keeping, ...changed }, 'ECO-22')
  const keep = (id: string, dueAt: Date) =>
    keeping.database.pool.query(
      "insert into kept_call (id, at, organisation_id, project_id, key_id, model, operation, stream, outcome, status, duration_ms, prompt_tokens, completion_tokens, request_bytes, response_bytes, is_cut, sealed_bodies, due_at) values ($1, $2, 'org', 'prj', 'key', 'm', 'completions', false, 'completed', 200, 1, 1, 1, 1, 1, false, '', $3)",
      [id, keeping.clock.now(), dueAt],
    )

  it('is kept by a body whose time is not over, and broken by one that stands past it until the gate has swept', async () => {
    await keep('young', new Date(keeping.clock.nowMs() + dayMs))
    expect(await verify()).toMatchObject({ state: 'kept', figure: '0 of 1 row past due in 1 table' })
    await keep('old', new Date(keeping.clock.nowMs() - 2 * dayMs))
    expect(await verify()).toMatchObject({ state: 'broken', reason: '1 row of kept_call past P30D' })
    const [of] = keeping.gates.retention.tables.filter(({ table }) => table === 'kept_call')
    await keeping.gates.retention.sweep(of!)
    expect(await verify()).toMatchObject({ state: 'kept', figure: '0 of 1 row past due in 1 table' })
  })

  it('is broken by a gate that does not listen to the customer', async () => {
    const { gates } = keeping
    const overdue: typeof gates.retention.overdue = (tx, of) => gates.retention.overdue(tx, { ...of, sooner: null })
    const retention = { ...gates.retention, overdue }
    expect(await verify({ gates: { ...gates, retention } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the retention gate does not find a row of kept_call that is due'),
    })
  })
})
