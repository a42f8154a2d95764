import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lintPlan, planSettings } from './lint-plan.ts'
import { parsePlan } from './parse-plan.ts'
import { type Policy, parsePolicy } from './parse-policy.ts'

const policyOf = (name: string): Policy => {
  const parsed = parsePolicy(readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8'), name)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}
const tracker = policyOf('gpu-cloud-tracker')

const planOf = (...lines: string[]) => {
  const parsed = parsePlan(['plan: acme', 'agreement: MSA-7', ...lines].join('\n'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed
}
const lint = (policy: Policy, ...lines: string[]) => {
  const { plan, locate } = planOf(...lines)
  return lintPlan(plan, policy, locate).map(({ severity, line, message }) => `${line} ${severity}: ${message}`)
}

describe('a plan', () => {
  it('may be stricter than the policy, and then says so', () => {
    const lines = ['retention: { usage.inference: P1D }', 'training: never', 'support: never']
    expect(lint(tracker, ...lines)).toEqual([])
    expect(planSettings(planOf(...lines).plan, tracker).map(({ name, compared }) => `${name} ${compared}`)).toEqual([
      'retention.usage.inference stricter',
      'training stricter',
      'support stricter',
    ])
  })

  it('may not keep longer than the policy unless it says that its agreement differs', () => {
    expect(lint(tracker, 'retention: { usage.inference: P20Y }')).toEqual([
      expect.stringContaining('3 error: P20Y is not stricter than the policy'),
    ])
    expect(lint(tracker, 'retention: { usage.inference: P20Y }', 'differs: [retention.usage.inference]')).toEqual([
      expect.stringContaining('4 advice: retention.usage.inference follows MSA-7'),
    ])
  })

  it('may not claim a difference where there is none', () => {
    expect(lint(tracker, 'training: never', 'differs: [training]')).toEqual([
      '4 error: training does not differ from the policy, or is not set',
    ])
  })

  it('may not touch what law keeps, nor the evidence', () => {
    expect(lint(tracker, 'retention: { billing: P1D, evidence: P1D }')).toEqual([
      '3 error: law keeps billing for its own time',
      '3 error: evidence is about the cloud itself, not about one organisation',
    ])
  })

  it('may name no party that the policy does not have', () => {
    expect(lint(tracker, 'egress: [somebody-else]')).toContain(
      '3 error: somebody-else is not among the recipients of the policy',
    )
  })

  it('may set nothing that the policy does not let it set', () => {
    const { plans: _, ...without } = tracker
    expect(lint(without as Policy, 'support: never')).toEqual(['3 error: a plan may not set support under this policy'])
    const narrow = { ...tracker, plans: { mayNarrow: ['retention'] } } as Policy
    expect(lint(narrow, 'regions: [US]')[0]).toBe('3 error: a plan may not set regions under this policy')
  })
})

describe('a plan that does not parse', () => {
  const problems = (text: string) => {
    const parsed = parsePlan(text)
    return parsed.ok
      ? []
      : parsed.problems.map(({ line, path, message, hint }) => `${line} ${path}: ${message} (${hint})`)
  }

  it('names each field that is unknown or missing, with its line and the word that was meant', () => {
    expect(problems('plan: acme\nagrement: x\n')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('agreement: this is missing'),
        '2 agrement: `agrement` is not known here (did you mean `agreement`?)',
      ]),
    )
  })

  it('refuses a period of no time, a bare number and for ever', () => {
    for (const period of ['P0D', '30', 'forever'])
      expect(problems(`plan: a\nagreement: b\nretention: { mail: ${period} }`)[0], period).toMatch(/^3 retention\.mail/)
  })

  it.each(['', '- a list', 'plan: [', 'a: &a [*a]', 'x'.repeat(100_001)])('says what is wrong with %.20s', (text) => {
    expect(problems(text).length).toBeGreaterThan(0)
  })
})
