import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { AccessWish } from '../../../platform/gates/index.ts'
import type { CheckedSystem } from '../check.ts'
import {
  createTestSystem,
  outwardOf,
  peopleGatesOf,
  starterPolicy,
  type TestSystem,
  verifyClause,
} from '../test-system.ts'

const policyWith = (rule: string) =>
  starterPolicy(
    ['rules: [recipients-only]', `rules: [${rule}]`],
    ['allowed: any', 'allowed: [US]\n  transfers:\n    - { to: DE, for: support, safeguard: clauses of the law }'],
  )
const policy = policyWith('remote-access-recorded')

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const under = (here: string | null): CheckedSystem => {
  const outward = outwardOf(policy, here)
  const gates = { ...system.gates, ...outward.gates, ...peopleGatesOf({ ...system, policy }, outward) }
  return { ...system, ...outward.parts, policy, gates }
}
const verify = (here: string | null, gates: Partial<CheckedSystem['gates']> = {}) => {
  const made = under(here)
  return verifyClause({ ...made, gates: { ...made.gates, ...gates } }, 'START-36')
}

describe('access of staff from abroad', () => {
  it('is kept when each is recorded with its country, and nobody looks from nowhere or from elsewhere', async () => {
    expect(await verify('US')).toMatchObject({
      state: 'kept',
      check: 'remote-access',
      figure: 'mail opened from 2 countries, 1 of them abroad and in the register of transfers; 2 refused',
    })
    expect(await system.database.direct.$count(sql`staff_access_grant`)).toBe(0)
    expect(await verify(null)).toMatchObject({ state: 'unproven' })
  })

  const withGrant = (change: (wish: AccessWish) => AccessWish) => {
    const { staffAccess } = under('US').gates
    const grant: typeof staffAccess.grant = (tx, caller, subject, wish) =>
      staffAccess.grant(tx, caller, subject, change(wish))
    return verify('US', { staffAccess: { ...staffAccess, grant } })
  }

  it('is broken by a gate that asks nobody where they are', async () => {
    const report = await withGrant((wish) => ({ ...wish, country: wish.country ?? 'here' }))
    expect(report).toMatchObject({ state: 'broken', reason: 'staff may look without saying where' })
  })

  it('is broken by a gate that takes everybody to be here', async () => {
    const { state, reason } = await withGrant((wish) => ({ ...wish, country: wish.country === null ? null : 'here' }))
    expect(state).toBe('broken')
    expect(reason).toContain('where data may not be')
    expect(reason).toContain('the person does not see an access from DE')
    expect(reason).toContain('an access from DE is not in the register of transfers')
  })
})

it('is among the transfers that a policy promises to record, and breaks them where it leaves nothing', async () => {
  const byPeople = policyWith('transfers-recorded')
  const outward = outwardOf(byPeople, 'US')
  const under = (disclosures: typeof outward.parts.disclosures) => {
    const parts = { ...outward.parts, disclosures }
    const people = peopleGatesOf({ ...system, policy: byPeople }, { ...outward, parts })
    const gates = { ...system.gates, ...outward.gates, ...people }
    return verifyClause({ ...system, ...outward.parts, policy: byPeople, gates }, 'START-36')
  }
  expect(await under(outward.parts.disclosures)).toMatchObject({ state: 'kept' })
  expect(await system.database.direct.$count(sql`sending`)).toBe(0)
  expect(await under({ ...outward.parts.disclosures, recordRemoteAccess: async () => undefined })).toMatchObject({
    state: 'broken',
    reason: 'an access from DE is not in the register of transfers',
  })
})
