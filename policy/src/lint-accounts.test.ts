import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lintAccounts } from './lint-accounts.ts'
import { parsePolicy } from './parse-policy.ts'

const starter = readFileSync(new URL('../../policies/starter.yaml', import.meta.url), 'utf8')
const lint = (...changes: [from: string, to: string][]): string[] => {
  const text = changes.reduce((result, [from, to]) => {
    expect(result).toContain(from)
    return result.replace(from, to)
  }, starter)
  const parsed = parsePolicy(text, 'test.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return lintAccounts(parsed.policy).map(({ severity, path }) => `${severity} ${path.join('.')}`)
}

describe('what people can take back', () => {
  it('fits the shipped starter', () => expect(lint()).toEqual([]))

  it('leaves a day for the work of an erasure before its deadline', () => {
    expect(lint(['erasureDelay: P3D', 'erasureDelay: P29D'])).toEqual([])
    expect(lint(['erasureDelay: P3D', 'erasureDelay: P30D'])).toEqual(['error accounts.erasureDelay'])
  })

  it('fits the deadline of each law, in its shortest month', () => {
    const under = (deadline: string) =>
      lint(
        [
          'accounts:\n',
          `jurisdictions:\n  law: { places: [DE], law: Law, rights: { erasure: { deadline: ${deadline} } } }\n\naccounts:\n`,
        ],
        ['erasureDelay: P3D', 'erasureDelay: P27D'],
      )
    expect(under('P1M')).toEqual([])
    expect(under('P27D')).toEqual(['error accounts.erasureDelay'])
  })

  it('is three days where nothing is said, and then the deadline is named', () => {
    const unsaid = ['  erasureDelay: P3D', '  #'] as [string, string]
    expect(lint(unsaid)).toEqual([])
    expect(lint(unsaid, ['erasure: { deadline: P30D }', 'erasure: { deadline: P3D }'])).toEqual([
      'error rights.erasure',
    ])
  })

  it('does not open again what is gone, and keeps what an undo needs', () => {
    expect(lint(['reopenWithin: P14D', 'reopenWithin: P31D'])).toEqual(['error accounts.reopenWithin'])
    expect(lint(['addressUndo: P3D', 'addressUndo: P8D'])).toEqual(['error accounts.addressUndo'])
  })
})
