import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LintFinding } from './index.ts'
import { lintPolicy, parsePolicy } from './index.ts'

const starter = readFileSync(new URL('../../policies/starter.yaml', import.meta.url), 'utf8')

function lintOf(...changes: [from: string, to: string][]): LintFinding[] {
  const text = changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the starter has no ${from}`)
    return result.replace(from, to)
  }, starter)
  const parsed = parsePolicy(text, 'test.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return lintPolicy(parsed.policy, parsed.locate)
}
const errorsOf = (...changes: [string, string][]) =>
  lintOf(...changes).filter((finding) => finding.severity === 'error')

describe('linting a policy', () => {
  it('finds nothing wrong with the starter but that its operator is still nobody', () => {
    expect(lintOf()).toMatchObject([{ severity: 'warning', path: 'operator.name' }])
    expect(lintOf(['name: The operator of this installation', 'name: Ada and Sons Ltd'])).toEqual([])
  })

  it('finds placeholders where they stand', () => {
    const [finding] = errorsOf(['name: The operator of this installation', 'name: "[Company], Inc."'])
    expect(finding).toMatchObject({ path: 'operator.name', column: 9, message: '`[Company]` looks like a placeholder' })
    expect(errorsOf(['privacy: { account: operator }', 'privacy: { email: privacy@example.com }'])).toHaveLength(1)
  })

  it('finds promises with no rule', () => {
    expect(errorsOf(['rules: [password-hash]', 'rules: []'])[0]?.message).toBe('START-10 is a promise with no rule')
  })

  it("finds promises that rest on people's word and do not say so", () => {
    expect(errorsOf(['kind: attested', 'kind: enforced'])[0]?.message).toContain("rests on people's word")
    expect(
      errorsOf(
        ['rules: [password-hash]', 'rules: [password-hash]'],
        ['- attest: confidentiality', '- publish: [contacts]'],
      )[0]?.message,
    ).toContain('asks nobody')
  })

  it('finds a category that is held with no period', () => {
    const [finding] = errorsOf(
      ['  mail: { period: P30D, trigger: creation, exceptions: [hold] }\n', ''],
      ['are kept {retention.mail}', 'are kept'],
      ['- retain: mail', '- retain: billing'],
    )
    expect(finding).toMatchObject({ path: 'categories.correspondence' })
  })

  it('finds times in a promise that its rules do not say', () => {
    expect(errorsOf(['are kept {retention.usage.inference}', 'are kept 30 days'])[0]?.message).toContain('30 days')
    expect(errorsOf(['are kept {retention.usage.inference}', 'are kept 90 days'])).toEqual([])
  })

  it('finds a promise without exception on a setting that has one, and puts the setting into words', () => {
    const says = (setting: [string, string], written: [string, string]) => errorsOf(setting, written).at(-1)?.message
    const kept: [string, string] = ['store: never', 'store: opt-in']
    expect(says(kept, ['{bodies.store}', 'never stored'])).toContain('START-22 says “never stored”')
    expect(errorsOf(kept).some(({ message }) => message.includes('START-22'))).toBe(false)
    const trained: [string, string] = ['customerContent: never', 'customerContent: opt-in']
    expect(says(trained, ['{training.customerContent}', 'trains no model'])).toContain(
      'START-24 says “trains no model”',
    )
    expect(errorsOf(trained).some(({ message }) => message.includes('START-24'))).toBe(false)
  })

  it('finds sections that deny a promise', () => {
    expect(errorsOf(['staffSecondFactor: required', 'staffSecondFactor: optional'])[0]?.message).toContain(
      'second factor of staff is optional',
    )
    expect(errorsOf(['atRest: sealed', 'atRest: none'])[0]?.message).toContain('not encrypted')
    const marketing = '  marketing: { label: to advertise, basis: consent, consent: opt-in }\n'
    expect(errorsOf(['  legal: { label:', `${marketing}  legal: { label:`])[0]?.message).toContain(
      'marketing is a purpose',
    )
  })

  it('finds sections that deny each other', () => {
    expect(errorsOf(['store: never', 'store: opt-in'])[0]?.path).toBe('bodies.store')
    expect(errorsOf(['customerContent: never', 'customerContent: opt-in'])[0]?.path).toBe('training.customerContent')
    expect(
      errorsOf(['basis: legitimate-interest, consent: none', 'basis: consent, consent: none'])[0]?.message,
    ).toContain('opt in')
    const recipient =
      'recipients: [{ id: post, name: Post, role: processor, purposes: [communicate], categories: [account.contact], country: FR }]'
    expect(errorsOf(['recipients: []', recipient], ['allowed: any', 'allowed: [US]'])[0]?.message).toContain('FR')
  })

  it('warns of weak hashes, children and personal data kept for ever', () => {
    const warnings = lintOf(
      ['memoryKib: 19456', 'memoryKib: 8192'],
      ['minimumAge: 16', 'minimumAge: 7'],
      ['access.log: { period: P90D', 'access.log: { period: forever'],
    )
    expect(warnings.filter((finding) => finding.severity === 'warning').map((finding) => finding.path)).toEqual([
      'operator.name',
      'audience.minimumAge',
      'retention.access.log.period',
      'security.passwordHash',
    ])
  })
})
