import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { makeProcessingRecord } from '../processing-record.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const clause = 'ECO-14'
let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
})
afterAll(() => system.database.close())

/** The clause by the check of this rule alone; it also rests on retention. */
const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, clause)

describe('the record of processing', () => {
  it('covers every column of personal data, each with a purpose, a legal basis and a period', async () => {
    const record = makeProcessingRecord(system.policy, dataMap, system.clock.now())
    expect(record.gaps).toEqual([])
    const billing = record.activities.find(({ purpose }) => purpose === 'billing')
    expect(billing).toMatchObject({ basis: 'contract' })
    expect(billing?.categories.flatMap(({ columns }) => columns)).toContain('usage_hour.organisation_id')
    expect(billing?.categories.flatMap(({ retention }) => retention)).toContain('billing: P7Y')
    expect(await verify()).toMatchObject({ state: 'kept', check: expect.stringContaining('processing-record') })
  })

  it.each([
    'starter',
    'easellm',
    'gmi-cloud',
    'gpu-cloud-tracker',
    'ozekai',
    'ecohash',
  ])('has no gap under %s', (name) => {
    expect(makeProcessingRecord(shippedPolicy(name), dataMap, system.clock.now()).gaps).toEqual([])
  })

  it('is broken by a live column that nobody mapped', async () => {
    await system.database.pool.query('alter table person add column shoe_size integer')
    const report = await verify()
    await system.database.pool.query('alter table person drop column shoe_size')
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('person.shoe_size is in no activity of the record'),
    })
  })

  it('is broken by a purpose without a legal basis', async () => {
    const purposes = new Map([...system.policy.purposes].filter(([name]) => name !== 'security'))
    expect(await verify({ policy: { ...system.policy, purposes } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('security has no legal basis'),
    })
  })

  it('is broken by a category that the policy does not hold, and by a class without a period', async () => {
    const category = (name: string) => (name === 'security.log' ? null : system.policy.category(name as never))
    expect((await verify({ policy: { ...system.policy, category } })).reason).toContain(
      'the policy does not hold security.log',
    )
    const retention = (name: string) => (name === 'session' ? null : system.policy.retention(name as never))
    expect((await verify({ policy: { ...system.policy, retention } })).reason).toContain('session has no period')
  })
})
