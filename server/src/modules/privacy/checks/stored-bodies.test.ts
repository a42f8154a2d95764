import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

/** The clause of a system that is about stored bodies, alone. */
const only = (made: TestSystem, id: string): TestSystem => {
  const rules = made.policy.rules.filter(({ kind }) => kind === 'bodies-stored')
  const clauses = made.policy.clauses
    .filter((clause) => clause.id === id)
    .map((clause) => ({ ...clause, rules: rules.map((rule) => rule.id) }))
  return { ...made, policy: { ...made.policy, rules, clauses } }
}

describe('bodies that projects may keep', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = only(await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash')), 'ECO-04')
  })
  afterAll(() => system.database.close())
  const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'ECO-04')

  it('are kept where a project wants it and nowhere else, sealed, for its own people', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(/^48 calls in 12 ways, 12 to be kept/),
    })
    const left = await system.database.pool.query('select 1 from kept_call union all select 1 from body_keeping')
    expect(left.rows).toEqual([])
  })

  it('are broken by a vault that does not seal', async () => {
    const sealFor: TestSystem['vault']['sealFor'] = async (_subject, _place, plain) => Buffer.from(plain)
    const bodiesOn: TestSystem['bodiesOn'] = (on) => system.bodiesOn({ ...on, vault: { ...system.vault, sealFor } })
    expect(await verify({ bodiesOn })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('in clear in kept_call'),
    })
  })

  it('are broken by a keeper that keeps what nobody wanted kept, and by one that keeps nothing', async () => {
    const policy = { ...system.policy, bodies: 'always' as const }
    expect(await verify({ bodiesOn: (on) => system.bodiesOn({ ...on, policy }) })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('of a project that said nothing: kept in kept_call'),
    })
    const keepNone: TestSystem['bodiesOn'] = (on) => ({
      ...system.bodiesOn(on),
      keeper: { keeps: () => false, begin: () => null },
    })
    expect(await verify({ bodiesOn: keepNone })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('its project cannot read it'),
    })
  })
})

describe('bodies that nobody may keep', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = only(await createTestSystem(dataMap), 'START-22')
  })
  afterAll(() => system.database.close())
  const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'START-22')

  it('are refused to a project that wants them, and are nowhere', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(/^12 calls in 12 ways, 0 to be kept/),
    })
  })

  it('are broken by a server that keeps them all the same', async () => {
    const policy = { ...system.policy, bodies: 'opt-in' as const, retention: shippedPolicy('ecohash').retention }
    const purposeGate = { allows: () => true }
    expect(await verify({ bodiesOn: (on) => system.bodiesOn({ ...on, policy, purposeGate }) })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('keeping bodies is not refused'),
    })
  })
})
