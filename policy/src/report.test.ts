import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Attestation, CheckResult, ClauseReport, CompiledPolicy } from './index.ts'
import { compilePolicy, parsePolicy, reportPolicy } from './index.ts'

const starter = readFileSync(new URL('../../policies/starter.yaml', import.meta.url), 'utf8')
const now = new Date('2027-01-01T00:00:00Z')

function compiled(text = starter): CompiledPolicy {
  const parsed = parsePolicy(text, 'starter.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}
const policy = compiled()
const passing = (rule: string): CheckResult => ({
  rule,
  check: 'test',
  looked: 3,
  violations: 0,
  figure: '3 seen',
  reason: null,
})

function stateOf(id: string, results: CheckResult[], attestations: Attestation[] = []): ClauseReport {
  const clause = reportPolicy(policy, { checkedAt: now, results, attestations }).clauses.find((item) => item.id === id)
  if (!clause) throw new Error(id)
  return clause
}
const ruleOf = (id: string, index = 0) => policy.clauses.find((clause) => clause.id === id)?.rules[index] ?? ''

describe('a compiled policy', () => {
  it('gives gates their settings', () => {
    expect(policy.minimumAge).toBe(16)
    expect(policy.password).toMatchObject({ algorithm: 'argon2id' })
    expect(policy.transport).toEqual({ tlsMinimum: 'TLSv1.2', plainHttp: 'loopback-only' })
    expect(policy.retention('usage.inference')?.period).toMatchObject({ text: 'P90D', days: 90 })
    expect(policy.retention('system')?.period).toBe('forever')
    expect(policy.retention('workspace')).toBeNull()
    expect(policy.categories.has('content.inference')).toBe(false)
    expect(policy.purposes.get('security')?.basis).toBe('legitimate-interest')
  })

  it("puts the policy's values into its promises", () => {
    expect(policy.clauses.find((clause) => clause.id === 'START-30')?.promise).toBe(
      'Security events are kept 13 months; files of batches, unless you delete them before, 30 days.',
    )
  })

  it('joins clauses that bind the same rule', () => {
    const shared = compiled(starter.replace('rules: [tls-floor]', 'rules: [tls-floor, password-hash]'))
    expect(shared.rules.find((rule) => rule.kind === 'password-hash')?.clauses).toEqual(['START-10', 'START-11'])
  })

  it('has a hash that layout and comments do not change and content does', () => {
    expect(compiled(`# more\n${starter}`).hash).toBe(policy.hash)
    expect(
      compiled(
        starter
          .replace('{ period: P90D, trigger', '{ trigger: creation, period: P90D, trigger')
          .replace(
            'P90D, trigger: creation, exceptions: [hold, abuse, dispute]',
            'P90D, exceptions: [hold, abuse, dispute]',
          ),
      ).hash,
    ).toBe(policy.hash)
    expect(compiled(starter.replace('minimumAge: 16', 'minimumAge: 18')).hash).not.toBe(policy.hash)
  })
})

describe('a report', () => {
  it('calls nothing kept when nothing was checked, and says what is missing', () => {
    const report = reportPolicy(policy, { checkedAt: now, results: [], attestations: [] })
    expect(report.summary).toEqual({ kept: 0, broken: 0, attested: 0, informed: 0, unproven: policy.clauses.length })
    expect(report.clauses.every((clause) => clause.reason !== null)).toBe(true)
    expect(stateOf('START-43', []).reason).toContain('erasure of a person')
    expect(report.checkedAt).toBe('2027-01-01T00:00:00.000Z')
  })

  it('calls a clause kept when a check of its every rule looked and found nothing', () => {
    expect(stateOf('START-10', [passing(ruleOf('START-10'))])).toMatchObject({
      state: 'kept',
      check: 'test',
      figure: '3 seen',
      reason: null,
    })
    expect(stateOf('START-26', [passing(ruleOf('START-26', 0))])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-26', [passing(ruleOf('START-26', 0)), passing(ruleOf('START-26', 1))])).toMatchObject({
      state: 'kept',
    })
  })

  it('does not accept a check that looked at nothing', () => {
    const blind = { ...passing(ruleOf('START-10')), looked: 0 }
    expect(stateOf('START-10', [blind])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-10', [{ ...blind, looked: Number.NaN }])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-10', [passing(ruleOf('START-10')), blind])).toMatchObject({ state: 'unproven' })
  })

  it('does not accept a check that says that it could not see everything', () => {
    expect(stateOf('START-10', [{ ...passing(ruleOf('START-10')), reason: 'no TLS listener here' }])).toMatchObject({
      state: 'unproven',
      reason: 'no TLS listener here',
    })
  })

  it('lets broken win over everything else', () => {
    const broken = { ...passing(ruleOf('START-26', 0)), violations: 1, reason: 'one row is too old' }
    expect(stateOf('START-26', [broken])).toMatchObject({ state: 'broken', reason: 'one row is too old' })
    expect(stateOf('START-26', [broken, passing(ruleOf('START-26', 0)), passing(ruleOf('START-26', 1))])).toMatchObject(
      { state: 'broken' },
    )
    expect(stateOf('START-10', [{ ...passing(ruleOf('START-10')), looked: 0, violations: 1 }])).toMatchObject({
      state: 'broken',
    })
  })

  it('calls a published clause informed, not kept', () => {
    expect(stateOf('START-02', [passing(ruleOf('START-02'))])).toMatchObject({ state: 'informed' })
  })

  it('accepts an attestation by the named role until it runs out', () => {
    const given = (fields: Partial<Attestation>): Attestation => ({
      attestation: 'confidentiality',
      role: 'operator',
      statedAt: new Date('2026-06-01'),
      ...fields,
    })
    expect(stateOf('START-47', [], [given({})])).toMatchObject({
      state: 'attested',
      figure: 'stated in the role operator on 2026-06-01, valid until 2027-06-01',
    })
    expect(stateOf('START-47', [], [given({ role: 'janitor' })])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-47', [], [given({ statedAt: new Date('2025-12-31') })])).toMatchObject({
      state: 'unproven',
      reason: expect.stringContaining('ran out on 2026-12-31'),
    })
    expect(stateOf('START-47', [], [given({ expiresAt: new Date('2026-12-31') })])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-47', [], [given({ statedAt: new Date('2027-01-02') })])).toMatchObject({ state: 'unproven' })
    expect(stateOf('START-47', [passing(ruleOf('START-47'))])).toMatchObject({ state: 'unproven' })
  })

  it('calls a clause broken when a check finds that one of its attestations was tampered with', () => {
    const given = { attestation: 'confidentiality', role: 'operator', statedAt: new Date('2026-06-01') }
    const forged = { ...passing(ruleOf('START-47')), violations: 1, reason: 'not as the log has it' }
    expect(stateOf('START-47', [forged], [given])).toMatchObject({ state: 'broken', reason: 'not as the log has it' })
  })
})
