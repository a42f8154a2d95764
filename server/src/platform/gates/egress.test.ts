import { describe, expect, it } from 'vitest'
import { egressFor, modelProvider, promptsOf } from './test-gates.ts'

const outside = 'https://api.example.com/v1'

describe('the egress gate', () => {
  it('lets the operator reach machines of their own, without a recipient', () => {
    const gate = egressFor()
    for (const address of ['http://127.0.0.1:8000/v1', 'http://10.0.0.5/v1', 'smtp://mail:25', 'http://[::1]/v1'])
      expect(gate.judge(promptsOf(address))).toMatchObject({ allowed: true, party: { kind: 'own' } })
    expect(gate.connections.mayReach('api.example.com')).toBe(false)
  })

  it('refuses and records a party that the policy does not list, and says what to add', () => {
    const gate = egressFor()
    expect(() => gate.require(promptsOf(outside))).toThrow(
      /api\.example\.com is neither this machine.*categories: \[content\.inference\].*Nothing was sent/,
    )
    expect(() => gate.require(promptsOf(outside, 'example-ai'))).toThrow(/example-ai is not among the recipients/)
    expect(gate.refused).toEqual(['recipients-only(unlisted)', 'recipients-only(unknown)'])
  })

  it('lets a listed party have its categories for its purposes, and its host be connected to', () => {
    const gate = egressFor([modelProvider()])
    expect(gate.judge(promptsOf(outside, 'example-ai'))).toMatchObject({
      allowed: true,
      party: { kind: 'recipient', recipient: { id: 'example-ai' } },
    })
    expect(gate.connections.mayReach('api.example.com')).toBe(true)
    expect(gate.connections.mayReach('other.example.com')).toBe(false)
  })

  it.each([
    [{ categories: ['account.contact' as const] }, /may not receive content\.inference/],
    [{ purposes: ['billing' as const] }, /for billing, not for provide/],
    [{ fields: ['usage'] }, /may receive usage only, not “prompts and answers”/],
  ])('refuses what goes beyond its entry: %j', (entry, why) => {
    const gate = egressFor([modelProvider(entry)])
    expect(() => gate.require(promptsOf(outside, 'example-ai'))).toThrow(why)
    expect(gate.connections.mayReach('api.example.com')).toBe(false)
    expect(gate.refused).toHaveLength(1)
  })

  it('refuses a listed party that the plan of the organisation does not name, and no machine of the operator', () => {
    const gate = egressFor([modelProvider()])
    const to = (planned: string[] | null) => gate.judge({ ...promptsOf(outside, 'example-ai'), planned }).allowed
    expect([to(null), to(['example-ai']), to([]), to(['other'])]).toEqual([true, true, false, false])
    expect(gate.judgePlan('example-ai', [])).toMatchObject({ rule: 'plan(example-ai)' })
    expect(gate.judge({ ...promptsOf('http://127.0.0.1:8000/v1'), planned: [] }).allowed).toBe(true)
    expect(gate.judgePlan(null, [])).toBeNull()
  })

  it('refuses a party in a region that is not allowed, or nobody says where', () => {
    const regions = { allowed: ['US'], transfers: [{ to: 'IN', for: 'support', safeguard: 'clauses' }] }
    const judge = (country?: string) =>
      egressFor([modelProvider(country === undefined ? {} : { country })], regions, 'US').judge(
        promptsOf(outside, 'example-ai'),
      )
    expect(judge('DE')).toMatchObject({ allowed: false, rule: 'region(DE)' })
    expect(judge()).toMatchObject({ allowed: false, why: expect.stringContaining('nobody says in which country') })
    expect(judge('US')).toMatchObject({ allowed: true, party: { crossing: null } })
    expect(judge('IN')).toMatchObject({
      allowed: true,
      party: { crossing: { from: 'US', to: 'IN', safeguard: 'clauses' } },
    })
  })
})
