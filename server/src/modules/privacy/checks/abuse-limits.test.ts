import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { probeSpend } from '../probe-spend.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const policy = starterPolicy(['rules: [rectify]', 'rules: [abuse-limits]'])
const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, policy, ...changed }, 'START-42')

describe('limits of abuse', () => {
  it('close every door for a while to who tries too often, floods of strangers are blocked, and nothing of the attack stays', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(
        /^4 doors closed after \d+ tries in all, 2 keys after their limits, 3 floods of strangers, a key that spends suddenly; 0 attacks went on$/,
      ),
    })
    for (const table of [sql`attempt`, sql`address_block`, sql`security_alert`])
      expect(await system.database.direct.$count(table)).toBe(0)
  })

  it('are broken by doors that forget what was tried', async () => {
    const { vault } = system
    const keyedHash: typeof vault.keyedHash = (use, text) =>
      vault.keyedHash(use, use === 'attempt' ? randomUUID() : text)
    const identityOn: TestSystem['identityOn'] = (database, changed = {}) =>
      system.identityOn(database, { ...changed, vault: { ...system.vault, keyedHash } as never })
    const { state, reason } = await verify({ identityOn })
    expect(state).toBe('broken')
    expect(reason?.split('; ')).toEqual([
      'the password of an account can be guessed at without a pause',
      'somebody can be flooded with mail about a new password',
      'links of mail can be guessed at without a pause',
      'accounts can be opened without end from one address',
    ])
  })

  it('are broken by blocks that do not find who floods, and unproven where the settings switch them off', async () => {
    const { vault, floods } = system
    const keyedHash: typeof vault.keyedHash = (use, text) =>
      vault.keyedHash(use, use === 'address-block' ? randomUUID() : text)
    expect(await verify({ vault: { ...vault, keyedHash } as never })).toMatchObject({
      state: 'broken',
      reason:
        'different keys can be tried from one address without end; what is not there can be walked through without end; one address can flood the control plane; a made-up session opens a block',
    })
    const off = { ...floods, rules: { ...floods.rules, 'id-walking': null } }
    expect(await verify({ floods: off })).toMatchObject({
      state: 'unproven',
      reason: 'the settings do not count id-walking',
    })
    expect(await verify({ floods: { ...floods, blockMs: null } })).toMatchObject({ state: 'unproven' })
  })

  it('are broken by blocks that do not know whom they slow down, and unproven where nobody watches what is spent', async () => {
    const { spendRules } = system
    const forgetful = { ...spendRules, throttle: { forMs: 0, requestsPerMinute: 3 } }
    expect(await verify({ spendRules: forgetful })).toMatchObject({
      state: 'broken',
      reason: 'a key that spends suddenly goes on as fast as before',
    })
    const { vault } = system
    const keyedHash: typeof vault.keyedHash = (use, text) => vault.keyedHash(use, use === 'alert' ? randomUUID() : text)
    expect(await probeSpend({ ...system, policy, vault: { ...vault, keyedHash } as never })).toMatchObject({
      violations: ['sudden spending raises no alert', 'sudden spending is told of again and again'],
    })
    const told = { ...system, policy, spendRules: { ...spendRules, throttle: null } }
    expect(await probeSpend(told)).toEqual({ violations: [], off: null })
    expect((await probeSpend({ ...told, spendRules: { ...spendRules, times: 0 } })).off).toContain(
      'AVOW_SPEND_TIMES is 0',
    )
  })

  it('are broken by a gateway for which a minute is over with each call', async () => {
    let ms = 0
    const monotonicMs = () => {
      ms += 600_000
      return ms
    }
    const clock = { ...system.clock, monotonicMs }
    expect(await verify({ clock })).toMatchObject({
      state: 'broken',
      reason: 'a key goes beyond its requestsPerMinute; a key goes beyond its tokensPerMinute',
    })
  })
})
