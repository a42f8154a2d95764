import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { borderRules } from './border-rules.ts'
import { checkBorders } from './check-borders.ts'
import { plantRepository } from './testing/planted-repository.ts'

const value = 'export const value = 1\n'
const importing = (from: string) => `import { value } from '${from}'\nexport const again = value\n`

/** One planted violation a rule: a file that must not import, and what it imports. */
const violations: { rule: string; from: string; to: string }[] = [
  { rule: 'policy-arrows', from: 'policy/src/a.ts', to: 'contract/src/b.ts' },
  { rule: 'contract-arrows', from: 'contract/src/a.ts', to: 'policy/src/b.ts' },
  { rule: 'engine-arrows', from: 'engine/src/a.ts', to: 'contract/src/b.ts' },
  { rule: 'server-arrows', from: 'server/src/platform/a.ts', to: 'sdk/src/b.ts' },
  { rule: 'sdk-arrows', from: 'sdk/src/a.ts', to: 'server/src/b.ts' },
  { rule: 'cli-arrows', from: 'cli/src/a.ts', to: 'server/src/b.ts' },
  { rule: 'console-arrows', from: 'console/src/a.tsx', to: 'server/src/modules/identity/index.ts' },
  { rule: 'site-arrows', from: 'site/.vitepress/a.ts', to: 'contract/src/b.ts' },
  { rule: 'conformance-arrows', from: 'conformance/a.test.ts', to: 'server/src/b.ts' },
  { rule: 'bench-arrows', from: 'bench/gateway.ts', to: 'console/src/b.ts' },
  { rule: 'platform-knows-no-product', from: 'server/src/platform/db/a.ts', to: 'server/src/modules/billing/index.ts' },
  {
    rule: 'modules-meet-at-the-door',
    from: 'server/src/modules/billing/rate-usage.ts',
    to: 'server/src/modules/identity/store.ts',
  },
  {
    rule: 'modules-are-composed-not-composers',
    from: 'server/src/modules/billing/index.ts',
    to: 'server/src/start/up.ts',
  },
  { rule: 'tests-stay-tests', from: 'server/src/start/up.ts', to: 'server/src/platform/db/test-database.ts' },
  { rule: 'config-is-read-at-the-edge', from: 'server/src/platform/mail/a.ts', to: 'server/src/config.ts' },
]

function relativeImport(from: string, to: string): string {
  const relative = path.posix.relative(path.posix.dirname(from), to)
  return relative.startsWith('.') ? relative : `./${relative}`
}

describe('the borders check', () => {
  test.each(violations)('$rule: reports $from importing $to', async ({ rule, from, to }) => {
    using planted = plantRepository({ [from]: importing(relativeImport(from, to)), [to]: value })
    const result = await checkBorders(planted.root)
    expect(result.examined).toBe(2)
    expect(result.violations.map((line) => line.split('\n')[0])).toContain(`${from} -> ${to}`)
    expect(result.violations.join('\n')).toContain(`${rule}:`)
  })

  test('reports a forbidden import by package name', async () => {
    using planted = plantRepository({ 'console/src/a.ts': importing('@avow/server'), 'server/src/index.ts': value }, [
      'server',
    ])
    const result = await checkBorders(planted.root)
    expect(result.violations.join('\n')).toContain('console-arrows')
  })

  test('reports a forbidden import of a type only', async () => {
    using planted = plantRepository({
      'policy/src/a.ts': `import type { T } from '../../contract/src/b.ts'\nexport type U = T\n`,
      'contract/src/b.ts': 'export type T = string\n',
    })
    expect((await checkBorders(planted.root)).violations.join('\n')).toContain('policy-arrows')
  })

  test('reports a cycle', async () => {
    using planted = plantRepository({
      'policy/src/a.ts': `import { b } from './b.ts'\nexport const a = () => b\n`,
      'policy/src/b.ts': `import { a } from './a.ts'\nexport const b = () => a\n`,
    })
    expect((await checkBorders(planted.root)).violations.join('\n')).toContain('no-cycles')
  })

  test('reports an import that points nowhere', async () => {
    using planted = plantRepository({ 'policy/src/a.ts': importing('./gone.ts') })
    expect((await checkBorders(planted.root)).violations.join('\n')).toContain('imports-resolve')
  })

  test('has a planted violation for every rule', () => {
    const planted = new Set([...violations.map(({ rule }) => rule), 'no-cycles', 'imports-resolve'])
    expect(borderRules.map((rule) => rule.name).filter((name) => !planted.has(name ?? ''))).toEqual([])
  })

  test('lets through every allowed arrow and a module at its door', async () => {
    using planted = plantRepository(
      {
        'contract/src/index.ts': value,
        'policy/src/index.ts': value,
        'sdk/src/index.ts': importing('@avow/contract'),
        'cli/src/a.ts': importing('@avow/sdk'),
        'console/src/a.ts': importing('@avow/contract'),
        'site/a.ts': importing('@avow/policy'),
        'server/src/app.ts': importing('./modules/billing/index.ts'),
        'server/src/modules/billing/index.ts': importing('../identity/index.ts'),
        'server/src/modules/identity/index.ts': importing('./store.ts'),
        'server/src/modules/identity/store.ts': importing('@avow/policy'),
      },
      ['contract', 'policy', 'sdk'],
    )
    const result = await checkBorders(planted.root)
    expect(result.violations).toEqual([])
    expect(result.examined).toBe(10)
  })

  test('examines nothing where there is nothing, which does not pass', async () => {
    using planted = plantRepository({ 'README.md': '' })
    expect((await checkBorders(planted.root)).examined).toBe(0)
  })
})
