import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'
import { emptyAccess } from './test-access.ts'

let system: TestSystem
beforeAll(async () => {
  const made = await createTestSystem(dataMap, systemClock, shippedPolicy('ozekai'))
  const rules = made.policy.rules.filter(({ kind }) => kind === 'content-off-limits')
  const clauses = made.policy.clauses
    .filter(({ id }) => id === 'OZE-13')
    .map((clause) => ({ ...clause, rules: rules.map(({ id }) => id) }))
  system = { ...made, policy: { ...made.policy, rules, clauses } }
})
afterAll(() => system.database.close())

const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'OZE-13')

describe('content of customers', () => {
  it('is in no table and no answer to staff; of workspaces it is said that there are none', async () => {
    expect(await verify()).toMatchObject({
      state: 'unproven',
      figure: expect.stringMatching(/^1 prompt sent, \d\d+ answers of staff endpoints in 3 roles/),
      reason: 'not built yet: workspaces',
    })
  })

  it('is broken by an endpoint of staff that shows some', async () => {
    const routesOn: TestSystem['routesOn'] = (parts) =>
      system.routesOn(parts).map((one) =>
        one.endpoint.id === 'staffAccess.list'
          ? {
              ...one,
              handler: async () => ({
                items: [{ ...emptyAccess, reason: 'avow-content-of-somebody' }],
                nextCursor: null,
              }),
            }
          : one,
      )
    expect(await verify({ routesOn })).toMatchObject({
      state: 'broken',
      reason: 'staffAccess.list shows staff content',
    })
  })

  it('is broken by a table in which a prompt is left behind', async () => {
    await system.database.pool.query("create table prompt_copy as select 'avow-content-1' as text")
    expect(await verify()).toMatchObject({ state: 'broken', reason: 'content stands in prompt_copy' })
    await system.database.pool.query('drop table prompt_copy')
  })

  it('is broken by a column for content that is not sealed', async () => {
    const [first] = system.map
    if (first === undefined) throw new Error('no column')
    const open = {
      ...first,
      table: 'volume',
      column: 'files',
      category: 'content.workspace' as const,
      sealedFor: null,
      opaque: false,
    }
    expect(await verify({ map: [...system.map, open] })).toMatchObject({
      state: 'broken',
      reason: 'volume.files holds content that is not sealed',
    })
  })
})

describe('content of customers that is kept for them', () => {
  let keeping: TestSystem
  beforeAll(async () => {
    const made = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
    const rules = made.policy.rules.filter(({ kind }) => kind === 'content-off-limits')
    const clauses = made.policy.clauses
      .filter(({ id }) => id === 'ECO-05')
      .map((clause) => ({ ...clause, rules: rules.map(({ id }) => id) }))
    keeping = { ...made, policy: { ...made.policy, rules, clauses } }
  })
  afterAll(() => keeping.database.close())
  const verifyKept = (changed: Partial<TestSystem> = {}) => verifyClause({ ...keeping, ...changed }, 'ECO-05')

  it('is shown to none of the operator’s staff', async () => {
    expect(await verifyKept()).toMatchObject({
      state: 'unproven',
      figure: expect.stringMatching(/^1 prompt sent and kept sealed, /),
      reason: 'not built yet: workspaces',
    })
  })

  it('is broken by a door of a project that lets staff in', async () => {
    const identityOn: TestSystem['identityOn'] = (...given) => {
      const identity = keeping.identityOn(...given)
      const authorise: typeof identity.authorise = async (tx, access, params, facts) => {
        const asPerson = access.kind === 'member' ? ({ kind: 'person' } as const) : access
        return identity.authorise(tx, asPerson, params, facts)
      }
      return { ...identity, authorise }
    }
    expect(await verifyKept({ identityOn })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('bodies.list shows staff content'),
    })
  })
})
