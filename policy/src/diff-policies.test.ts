import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type CompiledPolicy, compilePolicy, diffPolicies, parsePolicy } from './index.ts'

const read = (name: string) => readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8')

const compile = (text: string): CompiledPolicy => {
  const parsed = parsePolicy(text, 'test.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}

const ecohash = read('ecohash')
/** The changes of the rules of sections when one text of EcoHash's policy takes the place of another. */
const diff = (...changes: [from: string, to: string][]) => {
  const text = changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the policy has no ${from}`)
    return result.replace(from, to)
  }, ecohash)
  return diffPolicies(compile(ecohash), compile(text))
}
const paths = (changes: readonly { path: string }[]) => changes.map(({ path }) => path)

/** Each a change that protects less; taken back it must protect more. */
const weakenings: [path: string, from: string, to: string][] = [
  ['retention.security.log.period', 'security.log: { period: P13M', 'security.log: { period: P14M'],
  ['retention.billing.period', 'billing: { period: P7Y', 'billing: { period: forever'],
  ['retention.account.exceptions', 'exceptions: [hold, law] }', 'exceptions: [hold, law, abuse] }'],
  ['retention.marketing.sooner', ', sooner: [unsubscribed]', ''],
  ['security.tlsMinimum', 'tlsMinimum: TLSv1.3', 'tlsMinimum: TLSv1.2'],
  ['security.passwordHash.memoryKib', 'memoryKib: 19456', 'memoryKib: 19000'],
  ['security.passwordLengthMin', 'passwordLengthMin: 12', 'passwordLengthMin: 8'],
  ['security.apiKeyRevocation', 'apiKeyRevocation: PT1S', 'apiKeyRevocation: PT1M'],
  ['bodies.store', 'store: opt-in', 'store: always'],
  ['audience.minimumAge', 'minimumAge: 18', 'minimumAge: 16'],
  ['regions.allowed', 'allowed: [US]', 'allowed: [US, CA]'],
  ['regions.allowed', 'allowed: [US]', 'allowed: any'],
  [
    'recipients.screening.fields',
    'fields: [name, company, billing country]',
    'fields: [name, company, billing country, address]',
  ],
  ['notices.weakerChange', 'weakerChange: P30D', 'weakerChange: P29D'],
  ['rights.objection.deadline', 'objection: { deadline: P30D }', 'objection: { deadline: P31D }'],
  [
    'rights.appeal.extension',
    'appeal: { deadline: P45D, extension: P15D }\n  human',
    'appeal: { deadline: P45D, extension: P16D }\n  human',
  ],
  ['incidents.customers', 'customers: PT72H', 'customers: P4D'],
  ['incidents.clocks.us-tx.within', 'tell: people, within: P60D', 'tell: people, within: P61D'],
  ['accounts.erasureDelay', 'erasureDelay: P3D', 'erasureDelay: P4D'],
  ['accounts.addressUndo', 'addressUndo: P7D', 'addressUndo: P6D'],
  ['backups.keep', 'keep: P30D', 'keep: P31D'],
  [
    'purposes.marketing.consent',
    'basis: consent, consent: opt-in }\n  analytics',
    'basis: legitimate-interest, consent: opt-out }\n  analytics',
  ],
  [
    'categories.technical.network.fields',
    'fields: [IP address, coarse location]',
    'fields: [IP address, coarse location, employer]',
  ],
  ['cookies.essential.avow_session.lifetime', 'lifetime: P30D', 'lifetime: P31D'],
  ['signals', 'signals: [gpc]\n', ''],
  ['clauses.ECO-03.kind', 'id: ECO-03\n    kind: enforced', 'id: ECO-03\n    kind: informed'],
]

describe('the difference between two policies', () => {
  it('has a case for each change', () => expect(weakenings.every(([, from]) => ecohash.includes(from))).toBe(true))

  it.each(weakenings)('%s: protects less one way, and more the other way', (path, from, to) => {
    const before = compile(ecohash)
    const after = compile(ecohash.replace(from, to))
    const forward = diffPolicies(before, after)
    expect(paths(forward.weaker)).toContain(path)
    expect(forward.stronger).toEqual([])
    const back = diffPolicies(after, before)
    expect(paths(back.stronger)).toContain(path)
    expect(back.weaker).toEqual([])
  })

  it('is nothing between a policy and itself, and none in layout alone', () => {
    for (const change of [
      diff(),
      diff(['policy: ecohash', '# a remark\npolicy: ecohash']),
      diff(['version: 1.0.0', 'version: 1.1.0']),
    ])
      expect([...change.weaker, ...change.stronger, ...change.different]).toEqual([])
  })

  it('counts equal times as equal, however they are written', () => {
    expect(diff(['inquiry: { period: P1Y', 'inquiry: { period: P12M']).weaker).toEqual([])
  })

  it('is weaker without a clause or a rule, and says which', () => {
    const { weaker } = diff(['rules: [limit-use]', 'rules: []'])
    expect(weaker).toContainEqual({ direction: 'weaker', path: 'rules', from: 'limit-use', to: null })
    expect(weaker).toContainEqual({ direction: 'weaker', path: 'clauses.ECO-16.rules', from: 'limit-use', to: null })
  })

  it('does not rank what cannot be ranked', () => {
    const { weaker, stronger, different } = diff([
      'passwordHash: { algorithm: argon2id, memoryKib: 19456, iterations: 2, parallelism: 1 }',
      'passwordHash: { algorithm: bcrypt, cost: 12 }',
    ])
    expect([...weaker, ...stronger]).toEqual([])
    expect(different).toEqual([
      { direction: 'different', path: 'security.passwordHash', from: 'argon2id', to: 'bcrypt' },
    ])
  })

  it('turns round between any two of the policies', () => {
    const all = ['starter', 'easellm', 'gmi-cloud', 'gpu-cloud-tracker', 'ozekai', 'ecohash'].map((name) =>
      compile(read(name)),
    )
    for (const a of all)
      for (const b of all) {
        const [there, back] = [diffPolicies(a, b), diffPolicies(b, a)]
        expect(paths(there.weaker).toSorted()).toEqual(paths(back.stronger).toSorted())
        expect(paths(there.different).toSorted()).toEqual(paths(back.different).toSorted())
      }
  })
})
