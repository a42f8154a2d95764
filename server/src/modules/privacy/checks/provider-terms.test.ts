import type { CompiledPolicy } from '@avow/policy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { type EgressGate, promptFields, type Recipient } from '../../../platform/gates/index.ts'
import type { CheckedSystem } from '../check.ts'
import { createTestSystem, outwardOf, type TestSystem, verifyClause } from '../test-system.ts'
import { broken, policyWith, provider } from './test-outward.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

type Change = (egress: EgressGate) => EgressGate

/** The clause that has this rule alone, under a policy, with a part sabotaged. */
const verify = (policy: CompiledPolicy, changed: Partial<CheckedSystem> = {}, change: Change = (egress) => egress) => {
  const { parts, gates } = outwardOf(policy, null)
  const sabotaged = { ...system.gates, ...gates, egress: change(gates.egress) }
  return verifyClause({ ...system, policy, ...parts, ...changed, gates: sabotaged }, 'START-36')
}

/** Lets everybody have everything. */
const lettingAll: Change = (egress) => {
  const party = { kind: 'recipient', host: null, recipient: {} as Recipient, crossing: null } as const
  return { ...egress, judge: () => ({ allowed: true, party }) }
}

describe('the terms of third parties', () => {
  const sending = {
    address: 'https://api.example.com',
    recipient: 'example-ai',
    purpose: 'provide' as const,
    fields: promptFields,
  }
  const configured = async () => [{ what: 'model', name: 'big', sending } as const]
  const withTerms = provider.replace('safeguard: clauses', 'safeguard: clauses, terms: "https://example.com/terms"')
  const told = (of: string) =>
    policyWith('integration-terms', [of], [['cookies:\n', 'thirdParties: Others have terms of their own.\ncookies:\n']])

  it('are unproven while nothing of theirs is on, kept when each names its own, broken by one that does not', async () => {
    expect(await verify(told(withTerms))).toMatchObject({ state: 'unproven' })
    expect(await verify(told(withTerms), { configured })).toMatchObject({ state: 'kept' })
    expect(await verify(told(provider), { configured })).toMatchObject(
      broken('models of Example Ltd are switched on, and its own terms are not named'),
    )
    expect(await verify(told(provider))).toMatchObject(
      broken('models of Example Ltd could be switched on, and its own terms are not named'),
    )
    const silent = policyWith('integration-terms', [withTerms])
    expect(await verify(silent, { configured })).toMatchObject({ state: 'broken' })
  })
})

describe('an offer of nothing of third parties', () => {
  const text = 'thirdParties: Others have terms of their own.\ncookies:\n'
  const post = '{ id: post, name: Post Ltd, role: processor, purposes: [communicate], categories: [account.contact] }'
  const closed = policyWith('integration-terms', [post], [['cookies:\n', text]])

  it('is kept where the gate lets no recipient have prompts, and broken by a gate that does', async () => {
    expect(await verify(closed)).toMatchObject({
      state: 'kept',
      figure: '0 providers of models switched on; 0 of 1 recipient may be sent prompts',
    })
    expect(await verify(closed, {}, lettingAll)).toMatchObject(
      broken('models of Post Ltd could be switched on, and its own terms are not named'),
    )
  })
})
