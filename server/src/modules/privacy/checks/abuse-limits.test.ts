import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const policy = starterPolicy(['rules: [rectify]', 'rules: [abuse-limits]'])
const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, policy, ...changed }, 'START-42')

describe('limits of abuse', () => {
  it('close every door for a while to who tries too often, nothing of the attack stays, and floods are named as what nobody stops yet', async () => {
    expect(await verify()).toMatchObject({
      state: 'unproven',
      reason: 'guessing and misuse are stopped; not built yet: a limit on floods from one address',
      figure: expect.stringMatching(
        /^4 doors closed after \d+ tries in all, 2 keys after their limits; 0 attacks went on$/,
      ),
    })
    expect(await system.database.direct.$count(sql`attempt`)).toBe(0)
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
