import { readFileSync } from 'node:fs'
import { type Category, type CompiledPolicy, compilePolicy, parsePolicy } from '@avow/policy'
import fc, { constantFrom, date, option, property, record, subarray, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ApprovalFacts, judgeTraining, type TrainingLevel, trainingLevels } from './judge-training.ts'

const shipped = (name: string): CompiledPolicy => {
  const parsed = parsePolicy(readFileSync(new URL(`../../../../policies/${name}.yaml`, import.meta.url), 'utf8'), name)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}
const optIn = shipped('ecohash')
const written = shipped('gpu-cloud-tracker')
const never = shipped('ozekai')

const now = new Date('2027-03-01T12:00:00Z')
const times = date({
  min: new Date('2027-02-01T00:00:00Z'),
  max: new Date('2027-04-01T00:00:00Z'),
  noInvalidDate: true,
})
const contents: Category[] = ['content.inference', 'content.training', 'content.workspace']
const approval = record({
  id: constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  organisationId: constantFrom('org_a', 'org_b'),
  projectId: constantFrom(null, 'prj_a', 'prj_b'),
  kind: constantFrom('opt-in' as const, 'written-approval' as const),
  content: subarray(contents, { minLength: 1 }),
  givenAt: times,
  endsAt: option(times),
})
const scene = record({
  policy: constantFrom(optIn, written, never),
  planned: constantFrom(null, ...trainingLevels),
  approvals: uniqueArray(approval, { selector: ({ id }) => id, maxLength: 6 }),
  content: subarray(contents, { minLength: 1 }),
})
type Case = {
  policy: CompiledPolicy
  planned: TrainingLevel | null
  approvals: readonly ApprovalFacts[]
  content: Category[]
}

const judge = ({ policy, planned, approvals, content }: Case, more: { isOpen?: boolean } = {}) =>
  judgeTraining(
    { policy, planned, approvals, isOpen: true, said: new Map(), now, ...more },
    { organisationId: 'org_a', projectId: 'prj_a', content, people: [] },
  )

describe('whether content may train', () => {
  it('is never so without an approval in force that covers the project and each kind of content', () => {
    fc.assert(
      property(scene, (one) => {
        const verdict = judge(one)
        if (!verdict.allowed) return
        for (const category of one.content)
          expect(
            verdict.by.some(
              ({ organisationId, projectId, content, givenAt, endsAt }) =>
                organisationId === 'org_a' &&
                (projectId === null || projectId === 'prj_a') &&
                content.includes(category) &&
                givenAt <= now &&
                (endsAt === null || endsAt > now),
            ),
          ).toBe(true)
        expect(one.content).not.toContain('content.workspace')
      }),
      { numRuns: 2000 },
    )
  })

  it('ends when what it goes by ends, and is never so where the policy or a plan says never', () => {
    fc.assert(
      property(scene, (one) => {
        expect(judge({ ...one, planned: 'never' }).allowed).toBe(false)
        expect(judge({ ...one, policy: never, planned: null }).allowed).toBe(false)
        expect(judge(one, { isOpen: false }).allowed).toBe(false)
        const ended = one.approvals.map((given) => ({ ...given, endsAt: now }))
        expect(judge({ ...one, approvals: ended }).allowed).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('is so under a narrower plan only where it is so under the policy', () => {
    fc.assert(
      property(scene, (one) => {
        const wide = judge({ ...one, planned: null }).allowed
        for (const planned of trainingLevels) {
          if (trainingLevels.indexOf(planned) > trainingLevels.indexOf(one.policy.training)) continue
          if (judge({ ...one, planned }).allowed) expect(wide).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  const given: ApprovalFacts = {
    id: 'a',
    organisationId: 'org_a',
    projectId: null,
    kind: 'opt-in',
    content: ['content.training'],
    givenAt: new Date('2027-01-01T00:00:00Z'),
    endsAt: null,
  }
  const signed: ApprovalFacts = { ...given, kind: 'written-approval' }
  it.each<[string, CompiledPolicy, TrainingLevel | null, ApprovalFacts, boolean]>([
    ['an opt-in, where that is asked for', optIn, null, given, true],
    ['a signed approval, where an opt-in would do', optIn, null, signed, true],
    ['a signed approval, where that is asked for', written, null, signed, true],
    ['an opt-in, where a signature is asked for', written, null, given, false],
    ['an opt-in, where the plan asks for a signature', optIn, 'written-approval', given, false],
    ['a signed approval, where the plan asks for it', optIn, 'written-approval', signed, true],
    ['a signed approval, where the policy says never', never, null, signed, false],
    ['an agreement that says more than a policy which has no such purpose', never, 'opt-in', signed, false],
  ])('by %s', (_words, policy, planned, approved, isAllowed) => {
    expect(judge({ policy, planned, approvals: [approved], content: ['content.training'] }).allowed).toBe(isAllowed)
  })

  it('is not so for a person who withdrew, objected or was restricted, and asks nobody twice', () => {
    const person = { restricted: false, limited: false, objected: new Set<never>(), consents: new Map<never, never>() }
    const ask = (said: object) =>
      judgeTraining(
        {
          policy: optIn,
          planned: null,
          isOpen: true,
          approvals: [given],
          said: new Map([['per_a', { ...person, ...said }]]),
          now,
        },
        { organisationId: 'org_a', projectId: 'prj_a', content: ['content.training'], people: ['per_a', 'per_b'] },
      ).allowed
    expect(ask({})).toBe(true)
    expect(ask({ consents: new Map([['training', 'withdrawn']]) })).toBe(false)
    expect(ask({ objected: new Set(['training']) })).toBe(false)
    expect(ask({ restricted: true })).toBe(false)
  })
})
