import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from './index.ts'
import { formatProblem, parsePolicy } from './index.ts'

const starter = readFileSync(new URL('../../policies/starter.yaml', import.meta.url), 'utf8')

/** The starter with one piece of text replaced; fails when the piece is not there. */
function edited(...changes: [from: string, to: string][]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the starter has no ${from}`)
    return text.replace(from, to)
  }, starter)
}

function problemsOf(text: string): readonly Problem[] {
  const parsed = parsePolicy(text, 'test.yaml')
  return parsed.ok ? [] : parsed.problems
}

/** Line and column, from 1, of a piece of text. */
function placeOf(text: string, piece: string) {
  const before = text.slice(0, text.indexOf(piece)).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

describe('parsing a policy', () => {
  it('accepts the starter as it is', () => {
    expect(problemsOf(starter)).toEqual([])
  })

  it('points at an unknown key and guesses what was meant', () => {
    const text = edited(['  minimumAge: 16', '  minimunAge: 16'])
    const problems = problemsOf(text)
    expect(problems).toContainEqual(
      expect.objectContaining({
        ...placeOf(text, 'minimunAge'),
        path: 'audience.minimunAge',
        hint: 'did you mean `minimumAge`?',
      }),
    )
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'audience.minimumAge', message: '`minimumAge` is missing' }),
    )
  })

  it('refuses a bare number as a duration and says why', () => {
    const text = edited(['mail: { period: P30D', 'mail: { period: 30'])
    const [problem] = problemsOf(text)
    expect(problem).toMatchObject({
      path: 'retention.mail.period',
      ...placeOf(text, '30, trigger: creation, exceptions: [hold] }'),
    })
    expect(problem?.message).toContain('30 is a bare number')
    expect(problem?.hint).toContain('P30D')
  })

  it('refuses a period of no time', () => {
    expect(problemsOf(edited(['mail: { period: P30D', 'mail: { period: P0D']))[0]?.path).toBe('retention.mail.period')
  })

  it('reports several problems at once, in the order of the file', () => {
    const text = edited(
      ['tlsMinimum: TLSv1.2', 'tlsMinimum: TLSv1.1'],
      ['minimumAge: 16', 'minimumAge: young'],
      ['store: never', 'store: nevr'],
    )
    const problems = problemsOf(text)
    expect(problems.map((problem) => problem.path)).toEqual([
      'audience.minimumAge',
      'security.tlsMinimum',
      'bodies.store',
    ])
    expect(problems[2]?.hint).toBe('did you mean `never`?')
    expect(formatProblem('test.yaml', problems[1] as Problem)).toMatch(
      /^test\.yaml:\d+:15 security\.tlsMinimum: `TLSv1\.1` is not allowed here/,
    )
  })

  it('explains rules that do not exist, lack an argument, or take none', () => {
    const first = (text: string) => problemsOf(text)[0]
    expect(first(edited(['rules: [password-hash]', 'rules: [pasword-hash]']))).toMatchObject({
      message: 'there is no rule `pasword-hash`',
      hint: 'did you mean `password-hash`?',
    })
    expect(first(edited(['rules: [password-hash]', 'rules: [retain]']))?.message).toBe(
      'the rule `retain` needs an argument',
    )
    expect(first(edited(['rules: [password-hash]', 'rules: [{ password-hash: argon2id }]']))?.message).toBe(
      'the rule `password-hash` takes no argument',
    )
    const wrong = edited(['- retain: usage.inference', '- retain: usage.inferense'])
    expect(first(wrong)).toMatchObject({
      ...placeOf(wrong, 'usage.inferense'),
      hint: 'did you mean `usage.inference`?',
    })
    expect(first(edited(['- collect: [usage.inference]', '- collect: [usage.inferense]']))?.hint).toBe(
      'did you mean `usage.inference`?',
    )
  })

  it('refuses a rule that points at a part which the policy does not have', () => {
    expect(problemsOf(edited(['- retain: mail', '- retain: workspace']))[0]?.message).toContain('retention.workspace')
    expect(problemsOf(edited(['- attest: confidentiality', '- attest: audits']))[0]?.message).toContain(
      'attestations.audits',
    )
    expect(
      problemsOf(edited(['  erasure: { deadline: P30D }\n', '']).replace('{rights.erasure}', 'a month'))[0]?.message,
    ).toContain('rights.erasure')
  })

  it('refuses a promise that names a value which the policy does not have', () => {
    const [problem] = problemsOf(edited(['{retention.billing}', '{retention.biling}']))
    expect(problem).toMatchObject({
      message: 'the policy has no value {retention.biling}',
      hint: 'did you mean {retention.billing}?',
    })
  })

  it('refuses a purpose that the policy does not list, a repeated clause id, a day that does not exist, an empty contact', () => {
    expect(
      problemsOf(edited(['purposes: [communicate, support]', 'purposes: [communicate, marketing]']))[0]?.message,
    ).toContain('marketing')
    expect(problemsOf(edited(['id: START-02', 'id: START-01']))[0]?.message).toContain('START-01 is already')
    expect(problemsOf(edited(['effective: 2026-11-22', 'effective: 2026-02-30']))[0]?.path).toBe('effective')
    expect(problemsOf(edited(['privacy: { account: operator }', 'privacy: {}']))[0]?.path).toBe('contacts.privacy')
  })

  it('refuses broken YAML, a repeated key, an empty file and a file that is no policy', () => {
    expect(problemsOf('policy: [')[0]).toMatchObject({ line: 1 })
    const twice = `${starter}\npolicy: again\n`
    expect(problemsOf(twice)[0]).toMatchObject({ line: twice.split('\n').length - 1, hint: 'join the two into one' })
    for (const text of ['', '# nothing\n', '[]', 'hello'])
      expect(problemsOf(text)[0]?.message).toBe('the file holds no policy')
  })

  it('refuses what YAML allows and a policy has no use for', () => {
    const first = (text: string) => problemsOf(text)[0]
    expect(first(edited(['minimumAge: 16', 'minimumAge: *nowhere']))?.message).toContain('nowhere')
    expect(first(edited(['minimumAge: 16', 'minimumAge: !years 16']))?.message).toContain('!years')
    expect(first(`${starter}\n---\npolicy: two\n`)?.message).toContain('one document')
    expect(first(`${starter}\n__proto__: { policy: two }\n`)?.path).toBe('__proto__')
    expect(first(edited(['minimumAge: 16', 'minimumAge: "16"']))?.message).toBe('must be a number, not the text `16`')
    const letters = [...'abcdefgh']
    const bomb = letters.map(
      (letter, index) => `${letter}: &${letter} [${Array(9).fill(index === 0 ? 'x' : `*${letters[index - 1]}`)}]`,
    )
    expect(first(bomb.join('\n'))?.message).toContain('alias')
  })

  it('reads files from other systems: with a byte order mark and with carriage returns', () => {
    expect(problemsOf(`\ufeff${starter.replaceAll('\n', '\r\n')}`)).toEqual([])
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(starter.length), (noise, at) => {
        for (const text of [noise, starter.slice(0, at) + noise + starter.slice(at + noise.length)]) {
          const parsed = parsePolicy(text, 'noise.yaml')
          if (!parsed.ok)
            expect(
              parsed.problems.every((problem) => problem.line >= 1 && problem.column >= 1 && problem.message !== ''),
            ).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })
})
