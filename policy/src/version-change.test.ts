import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from './compile-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import { changeSentence, compareVersions, versionChange } from './version-change.ts'

const text = readFileSync(new URL('../../policies/starter.yaml', import.meta.url), 'utf8')
const starter = (...changes: [from: string, to: string][]) => {
  const changed = changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the starter has no ${from}`)
    return result.replace(from, to)
  }, text)
  const parsed = parsePolicy(changed, 'starter.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}

describe('a new version', () => {
  const before = starter()

  it('that protects less waits the period which the version in force promises for it', () => {
    const after = starter(
      ['usage.inference: { period: P90D', 'usage.inference: { period: P1Y'],
      ['weakerChange: P30D', 'weakerChange: PT1S'],
    )
    const change = versionChange(before, after)
    expect(change).toMatchObject({ kind: 'weaker', period: { text: 'P30D' } })
    expect(change.changes.map(changeSentence)).toContain('retention.usage.inference.period: “90 days” becomes “1 year”')
  })

  it('never waits less for a weaker change than for a material one', () => {
    const odd = starter(['weakerChange: P30D', 'weakerChange: P1D'])
    const after = starter(['weakerChange: P30D', 'weakerChange: P1D'], ['minimumAge: 16', 'minimumAge: 13'])
    expect(versionChange(odd, after)).toMatchObject({ kind: 'weaker', period: { text: 'P14D' } })
  })

  it('that changes what cannot be ranked waits the period of a material change', () => {
    const after = starter(['name: The operator of this installation', 'name: Ada Ltd'])
    expect(versionChange(before, after)).toMatchObject({ kind: 'material', period: { text: 'P14D' } })
  })

  it('that only protects more waits for nothing, also where a promise names the value that changed', () => {
    const after = starter(['usage.inference: { period: P90D', 'usage.inference: { period: P30D'])
    expect(versionChange(before, after)).toMatchObject({ kind: 'stronger', period: null })
  })

  it('that changes no promise is editorial', () => {
    const after = starter(['version: 1.0.0', 'version: 1.0.1'], ['updated: 2026-11-22', 'updated: 2026-12-01'])
    expect(versionChange(before, after)).toEqual({ kind: 'editorial', changes: [], period: null })
  })
})

it('versions come after one another by number, not by letter', () => {
  expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0)
  expect(compareVersions('1.2.3', '2.0.0')).toBeLessThan(0)
  expect(compareVersions('1.2.3', '1.2.3')).toBe(0)
})
