import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { CheckedSystem } from '../check.ts'
import { withPeople } from '../probe-people.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const clause = 'GMI-20'
let system: TestSystem
beforeAll(async () => {
  const made = await createTestSystem(dataMap, systemClock, shippedPolicy('gmi-cloud'))
  system = { ...made, call: async () => ({ status: 200, headers: {}, body: { gpc: true } }) }
})
afterAll(() => system.database.close())

const verify = (changed: Partial<CheckedSystem> = {}) => verifyClause({ ...system, ...changed }, clause)

describe('a refusal of analysis', () => {
  it('by each signal and by a setting stops it; that nothing analyses yet is said', async () => {
    expect(await verify()).toMatchObject({
      state: 'unproven',
      check: 'tracking-refusal',
      figure: 'gpc, dnt and a setting of the account tried; 0 without effect',
      reason: expect.stringContaining('nothing analyses use yet'),
    })
  })

  it('is broken when signals have no effect', async () => {
    const identityOn: CheckedSystem['identityOn'] = (on) => system.identityOn(on, { acted: async () => undefined })
    expect(await verify({ identityOn })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the signal gpc does not end analysis of a person'),
    })
  })

  it('is broken when it is not said where browsers look', async () => {
    expect(await verify({ call: async () => ({ status: 404, headers: {}, body: null }) })).toMatchObject({
      state: 'broken',
      reason: '/.well-known/gpc.json does not say that the signal is obeyed',
    })
  })

  it('is broken when the gate does not listen', async () => {
    const purpose = { ...system.gates.purpose, stop: async () => null }
    expect((await verify({ gates: { ...system.gates, purpose } })).state).toBe('broken')
  })

  it('by a signal is recorded once, and does not overrule what the person says later', async () => {
    const words = await withPeople(system, async ({ tx, join, request }) => {
      const { token, personId } = await join()
      const visit = () => request('GET', '/me', { token, headers: { 'sec-gpc': '1' } })
      await visit()
      await visit()
      const given = { personId, purpose: 'analytics', state: 'given', how: 'console' } as const
      await system.gates.standing.recordConsent(tx, given)
      await visit()
      const { rows } = await tx.execute<{ how: string; state: string }>(
        `select how, state from consent_record where person_id = '${personId}' order by at, id`,
      )
      return rows.map(({ how, state }) => `${how} ${state}`)
    })
    expect(words).toEqual(['signal withdrawn', 'console given'])
  })
})
