import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadPolicy, PolicyError } from './load-policy.ts'

const policies = new URL('../../../policies', import.meta.url).pathname
const starter = readFileSync(join(policies, 'starter.yaml'), 'utf8')
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'avow-policy-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Loads a file with this text; gives what was said. */
const load = (text: string) => {
  const file = join(dir, 'own.yaml')
  writeFileSync(file, text)
  const said: string[] = []
  const { policy } = loadPolicy(file, policies, (line) => said.push(line))
  return { file, policy, said }
}

test('a policy is found by its name or as a file', () => {
  const said: string[] = []
  const byName = loadPolicy('starter', policies, (line) => said.push(line))
  expect(load(starter).policy.hash).toBe(byName.policy.hash)
  expect(said).toEqual([expect.stringContaining('operator.name')])
})

test('a broken file is refused with file, line and column of each problem', () => {
  const broken = starter.replace('minimumAge: 16', 'minimumAge: old').replace('store: never', 'store: nevr')
  expect(() => load(broken)).toThrow(PolicyError)
  expect(() => load(broken)).toThrow(
    /own\.yaml:\d+:15 audience\.minimumAge: [^\n]*\n.*own\.yaml:\d+:10 bodies\.store: .*did you mean `never`/,
  )
})

test('a policy that is not there is refused with the names that are', () => {
  expect(() => loadPolicy('stater', policies, () => undefined)).toThrow(/no policy stater.*starter/)
})

test('a policy that works and cannot be honest is started with, and said to be so', () => {
  const { said } = load(starter.replace('name: The operator of this installation', 'name: "[Company]"'))
  expect(said).toEqual([
    expect.stringMatching(/^policy error: .*own\.yaml:\d+:9 operator\.name: `\[Company\]` looks like a placeholder/),
  ])
})
