import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { deploymentPlan, ensureDayPartitions } from '../../../platform/db/index.ts'
import type { GrantRow } from '../../../platform/gates/index.ts'
import type { CheckedSystem } from '../check.ts'
import { applyPlan, lookAtPlan } from '../plans/index.ts'
import { withPeople } from '../probe-people.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const clause = 'TRACK-05'
const agreed = 'plan: acme\nagreement: MSA-7\nretention: { usage.inference: P1D }\n'
const dayMs = 86_400_000

type Gates = CheckedSystem['gates']

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
  it('are kept when every gate obeys its section, and binds nobody else', async () => {
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'kept',
      check: 'deployment-plans',
      figure: expect.stringMatching(/^\d\d trials of plans; 0 plans in force/),
    })
  })

  it.each<[string, string, (gates: Gates) => Partial<Gates>]>([
    [
      'a training gate that knows no plans',
      'the training gate goes by written-approval, not by never',
      ({ training }) => ({
        training: { ...training, levelOf: async () => ({ level: 'written-approval', by: 'policy' }) },
      }),
    ],
    [
      'a training gate that lets all train',
      'its content trains by written-approval',
      ({ training }) => ({ training: { ...training, judge: async () => ({ allowed: true, by: [] }) } }),
    ],
    [
      'a staff access gate that opens all the same',
      'staff may open what is about a member',
      ({ staffAccess }) => ({
        staffAccess: {
          ...staffAccess,
          grant: async () => ({}) as GrantRow,
          inForce: async (_tx, _caller, _scope, of) => new Map(of.map((one) => [one, 'a grant'])),
        },
      }),
    ],
    [
      'a staff access gate that does not know whose plan it is',
      'the staff access gate leaves out 1 member',
      ({ staffAccess }) => ({ staffAccess: { ...staffAccess, closedTo: async () => new Set<string>() } }),
    ],
  ])('are broken by %s', async (_what, reason, change) => {
    const gates = { ...system.gates, ...change(system.gates) }
    expect(await verifyClause({ ...system, gates }, clause)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining(`under a plan of a trial ${reason}`),
    })
  })

  it('are broken by a gateway that asks nobody, and by one that binds all', async () => {
    const open = { ...system.limits, judgeIn: async () => null }
    const { reason } = await verifyClause({ ...system, limits: open }, clause)
    expect(reason).toContain('a model in US, TW, SG')
    expect(reason).toContain('a model of inquiry-mail may answer it once it is accepted')
    const shut = { ...system.limits, judgeIn: async () => ({ kind: 'region', why: 'no' }) as const }
    expect((await verifyClause({ ...system, limits: shut }, clause)).reason).toContain('binds another')
  })

  it('are broken by a gateway that keeps bodies in spite of a plan', async () => {
    const bodiesOn: TestSystem['bodiesOn'] = (on) => {
      const made = system.bodiesOn(on)
      return {
        ...made,
        keeper: { ...made.keeper, begin: (call) => made.keeper.begin({ ...call, organisationId: 'another' }) },
      }
    }
    expect(await verifyClause({ ...system, bodiesOn }, clause)).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/under a plan of a trial bodies of prj_\w+ would be kept/),
    })
  })

  it('are broken while a gateway does not know a plan in force, and kept within a second of its change', async () => {
    await apply('plan: acme\nagreement: MSA-7\negress: []\n')
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('plan acme: a model of inquiry-mail may answer it'),
    })
    const asked = { country: null, recipient: 'inquiry-mail', provider: 'x' }
    await system.limits.start()
    expect(system.limits.judge('org_acme', asked)).toMatchObject({ kind: 'plan' })
    expect((await verifyClause(system, clause)).state).toBe('kept')
    await apply('plan: acme\nagreement: MSA-7\negress: [inquiry-mail]\n')
    const told = () => system.limits.judge('org_acme', asked)?.kind
    await expect.poll(told, { timeout: 1000, interval: 20 }).toBe('provider')
    await apply('plan: acme\nagreement: MSA-7\negress: []\n')
    await expect.poll(told, { timeout: 1000, interval: 20 }).toBe('plan')
    await system.limits.stop()
  })

  it('are broken when the data of an organisation went to somebody outside its plan', async () => {
    const record = (at: Date) =>
      system.database.transaction((tx) =>
        system.disclosures.record(tx, [
          {
            ...{ ground: 'processor', recipient: 'inquiry-mail', name: 'x', purpose: 'provide', country: 'US' },
            ...{ fields: [], safeguard: null, times: 1, at, about: [{ kind: 'organisation', id: 'org_acme' }] },
          },
        ]),
      )
    await record(new Date(system.clock.nowMs() - dayMs))
    const [row] = await system.database.direct.select().from(deploymentPlan)
    const look = () =>
      lookAtPlan(system, row!, { section: 'egress', name: 'egress' }, () => ({ kind: 'plan', why: '' }))
    expect((await look()).violations).toEqual([])
    await record(new Date(system.clock.nowMs() + 5000))
    expect((await look()).violations).toEqual(['inquiry-mail got its data'])
    await system.database.pool.query('delete from disclosure')
    await system.database.pool.query('delete from deployment_plan')
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
    expect((await verifyClause(system, clause)).state).toBe('kept')
  })
})
