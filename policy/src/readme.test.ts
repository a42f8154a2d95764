import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ruleKindNames, ruleKinds } from './index.ts'

it('the README lists every rule beside its gate', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('\n')
  for (const kind of ruleKindNames) {
    const row = readme.find((line) => line.startsWith(`| ${ruleKinds[kind].gate} |`)) ?? ''
    expect(row, kind).toMatch(new RegExp(`\`${kind}[:\`]`))
  }
})
