import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import { applyPlan } from '../plans/index.ts'
import { withPeople } from '../probe-people.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const clause = 'TRACK-05'
const agreed = 'plan: acme\nagreement: MSA-7\nretention: { usage.inference: P1D }\n'
const dayMs = 86_400_000

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('gpu-cloud-tracker'))
  const { database, clock } = system
  await ensureDayPartitions(database.direct, 'usage_event', new Date(clock.nowMs() - 5 * dayMs), 7)
  await database.pool.query(
    `insert into organisation (id, sealed_name, created_at) values ('org_acme', '\\x00', now()), ('org_other', '\\x00', now())`,
  )
})
afterAll(() => system.database.close())

const apply = (source = agreed, organisationId = 'org_acme') =>
  system.database.transaction((tx) => applyPlan(system, tx, { organisationId, source, by: null }))

const addUsage = (organisationId: string, ageDays: number) =>
  system.database.pool.query(
    `insert into usage_event (id, at, organisation_id, project_id, key_id, model, served, stream, outcome, status, prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million, completion_micros_per_million, cost_micros)
     values ($1, $2, $3, 'p', 'k', 'm', 'embedded', false, 'completed', 200, 1, 1, false, 1, 'EUR', 1, 1, 1)`,
    [`${organisationId}-${ageDays}`, new Date(system.clock.nowMs() - ageDays * dayMs), organisationId],
  )
const usage = async () =>
  (await system.database.pool.query<{ id: string }>('select id from usage_event order by id')).rows.map(({ id }) => id)
const sweepUsage = async () => {
  const of = system.gates.retention.tables.find(({ table }) => table === 'usage_event')
  return of === undefined ? null : system.gates.retention.sweep(of)
}

describe('deployment plans', () => {
  it('are obeyed for retention; of the rest the report says which gate is missing', async () => {
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'unproven',
      check: 'deployment-plans',
      figure: expect.stringContaining('8 trials'),
      reason: expect.stringMatching(/^no gate obeys yet what a plan says of/),
    })
  })

  it('leave nothing of the trials behind', async () => {
    expect((await system.database.pool.query('select 1 from deployment_plan')).rowCount).toBe(0)
    await withPeople(system, async () => undefined)
  })

  it('are broken by a retention gate that knows no plans', async () => {
    const retention = { ...system.gates.retention, overdue: async () => 0 }
    expect(await verifyClause({ ...system, gates: { ...system.gates, retention } }, clause)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a row past the period of its organisation’s plan stays'),
    })
  })

  it('are broken when what gates read is not what was agreed', async () => {
    await apply()
    await system.database.pool.query(`update deployment_plan set settings = '{"retention":{"usage.inference":"P9D"}}'`)
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'broken',
      reason: 'what gates read of plan acme is not what was applied',
    })
  })

  it('are broken by a plan that the policy no longer lets be', async () => {
    await apply()
    const { plans: _, ...source } = system.policy.source
    const policy = { ...system.policy, source: source as typeof system.policy.source }
    expect(await verifyClause({ ...system, policy }, clause)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a plan may not set retention under this policy'),
    })
  })

  it('are broken by a row past its plan’s period, until the sweeper took it; others’ rows stay', async () => {
    await apply()
    await addUsage('org_acme', 4)
    await addUsage('org_acme', 0)
    await addUsage('org_other', 4)
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'broken',
      reason: 'plan acme: 1 row of usage_event past P1D',
    })
    expect(await sweepUsage()).toMatchObject({ removed: 1 })
    expect(await usage()).toEqual(['org_acme-0', 'org_other-4'])
    expect((await verifyClause(system, clause)).state).toBe('unproven')
  })
})
