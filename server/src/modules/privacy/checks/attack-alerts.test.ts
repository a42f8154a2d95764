import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'START-21')

describe('alerts of attacks', () => {
  it('are kept when guessing and probing at the real doors raise them in time, with mail', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      check: 'attack-alerts',
      figure: expect.stringMatching(/^3 attacks of 31 tries each, [45] alerts, [45] mails$/),
    })
    expect(await system.database.direct.$count(sql`security_alert`)).toBe(0)
  })

  it('are broken by a door that tells nobody of what it refuses', async () => {
    const deaf: TestSystem['identityOn'] = (database, changed = {}) =>
      system.identityOn(database, { ...changed, suspect: () => undefined })
    expect(await verify({ identityOn: deaf })).toMatchObject({
      state: 'broken',
      reason: 'no alert of sign-in-guessing; no alert of privilege-probing',
    })
  })

  it('are broken by a mailer that writes to nobody', async () => {
    expect(
      await verify({ mailer: { ...system.mailer, write: async (tx, message) => writeUnlessStaff(tx, message) } }),
    ).toMatchObject({ state: 'broken', reason: 'nobody was told of an alert' })
  })

  it('are broken by a clock between attack and alert', async () => {
    let isLate = false
    const clock = {
      ...system.clock,
      now: () => new Date(system.clock.nowMs() + (isLate ? 3_600_000 : 0)),
    }
    const { logTo } = system
    const slow: TestSystem['identityOn'] = (database, changed = {}) => {
      const identity = system.identityOn(database, changed)
      isLate = true
      return identity
    }
    expect(await verify({ clock, identityOn: slow, logTo })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('came later than PT1M'),
    })
  })
})

const writeUnlessStaff: TestSystem['mailer']['write'] = async (tx, message) =>
  message.kind === 'staff' ? { written: true } : system.mailer.write(tx, message)
