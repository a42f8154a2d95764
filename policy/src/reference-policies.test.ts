import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compilePolicy, formatProblem, lintPolicy, parsePolicy } from './index.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Ids and kinds of the clauses that the reference policies must hold. */
const wanted = JSON.parse(read('policy/reference-clauses.json')) as Record<string, Record<string, string>>
const names = Object.keys(wanted)

const parse = (name: string) => {
  const file = `policies/${name}.yaml`
  const parsed = parsePolicy(read(file), file)
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'))
  return parsed
}

it('there are 167 clauses in five reference policies', () => {
  expect(names).toHaveLength(5)
  expect(Object.values(wanted).flatMap((clauses) => Object.keys(clauses))).toHaveLength(167)
})

describe.each(names)('the reference policy %s', (name) => {
  const { policy, locate } = parse(name)
  const compiled = compilePolicy(policy)

  it('has exactly the clauses of its original, each of the same kind', () => {
    expect(Object.fromEntries(compiled.clauses.map(({ id, kind }) => [id, kind]))).toEqual(wanted[name])
  })

  it('binds every clause to rules', () => {
    expect(compiled.clauses.filter((clause) => clause.rules.length === 0)).toEqual([])
  })

  it('passes the linter, which reminds whoever takes it over to name themselves', () => {
    const findings = lintPolicy(policy, locate)
    expect(findings.map(({ path }) => path)).toEqual(['reference'])
  })

  it('leaves no brace in a promise unfilled', () => {
    expect(compiled.clauses.filter((clause) => /[{}]/.test(clause.promise))).toEqual([])
  })

  it('carries its own name and addresses that can reach nobody by mistake', () => {
    expect(compiled.id).toBe(name)
    const addresses = Object.values(policy.contacts).flatMap((contact) => contact.email ?? [])
    expect(addresses.filter((address) => !address.endsWith('.example'))).toEqual([])
  })
})
