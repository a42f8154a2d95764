import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { CheckedSystem, InnerResponse } from '../check.ts'
import { createTestSystem, shippedPolicy, type TestSystem } from '../test-system.ts'
import { cookieConsent } from './cookie-consent.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('easellm'))
})
afterAll(() => system.database.close())

const answering = (answer: Partial<InnerResponse>): CheckedSystem => ({
  ...system,
  call: async () => ({ status: 200, headers: {}, body: null, ...answer }),
})
const run = (on: CheckedSystem) => {
  const rule = on.policy.rules.find(({ kind }) => kind === 'cookie-consent')
  if (rule?.kind !== 'cookie-consent') throw new Error('the policy has no such rule')
  return cookieConsent.run(rule, on)
}

describe('what a browser keeps before anybody agreed', () => {
  it('is what the service needs, and the service works without any', async () => {
    expect(await run(answering({}))).toMatchObject({ violations: 0, reason: null, looked: 8 })
  })

  it('breaks the promise when a page sets another cookie', async () => {
    expect(await run(answering({ headers: { 'set-cookie': 'watch=1; Path=/' } }))).toMatchObject({
      violations: 6,
      reason: expect.stringContaining('/ sets watch before anybody agreed'),
    })
  })

  it('breaks it when the session’s cookie is not among those that are needed', async () => {
    const cookies = { ...system.policy.source.cookies, essential: [] }
    const policy = { ...system.policy, source: { ...system.policy.source, cookies } }
    expect(await run({ ...answering({}), policy })).toMatchObject({
      reason: 'sign-in sets avow_session before anybody agreed',
    })
  })

  it('breaks it when pages fail without cookies', async () => {
    const call: CheckedSystem['call'] = async ({ headers }) => ({
      status: headers?.['cookie'] === undefined ? 500 : 200,
      headers: {},
      body: null,
    })
    expect((await run({ ...system, call })).reason).toContain('/policy fails without cookies')
  })

  it('is unproven while no page is built', async () => {
    expect(await run(answering({ status: 503 }))).toMatchObject({
      violations: 0,
      reason: expect.stringContaining('no page is built'),
    })
  })

  it('is unproven where the policy has cookies to ask for: nothing asks yet', async () => {
    const nonEssential = [{ name: 'taste', use: 'remembers taste', lifetime: 'P30D' }]
    const cookies = { ...system.policy.source.cookies, nonEssential }
    const policy = { ...system.policy, source: { ...system.policy.source, cookies } }
    expect(await run({ ...answering({}), policy })).toMatchObject({
      violations: 0,
      reason: 'nothing asks yet for consent to taste',
    })
  })
})
