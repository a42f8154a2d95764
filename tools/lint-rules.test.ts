import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { plantRepository } from './testing/planted-repository.ts'

const root = path.resolve(import.meta.dirname, '..')

/** Lints one planted file with the repository's own configuration; what the linter said, empty when content. */
function lint(file: string, code: string): string {
  using planted = plantRepository({ [file]: code, '.gitignore': 'dist/\n' })
  copyFileSync(path.join(root, 'biome.json'), path.join(planted.root, 'biome.json'))
  try {
    execFileSync(path.join(root, 'node_modules/.bin/biome'), ['lint', '--colors=off', '.'], {
      cwd: planted.root,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return ''
  } catch (error) {
    const failure = error as { stdout: string; stderr: string }
    return failure.stdout + failure.stderr
  }
}

const rawTable = `import { pgTable } from 'drizzle-orm/pg-core'\n\nexport const t = pgTable('t', {})\n`
const environment = `export const port = process.env['AVOW_PORT']\n`

describe('the linter', () => {
  test.each([
    ['a table without the data map', 'server/src/modules/billing/tables.ts', rawTable, 'noRestrictedImports'],
    ['a read of the environment', 'server/src/modules/billing/index.ts', environment, 'noProcessEnv'],
    ['any', 'policy/src/a.ts', 'export const a = (b: any): string => b\n', 'noExplicitAny'],
    [
      'a skipped test',
      'policy/src/a.test.ts',
      `import { test } from 'vitest'\n\ntest.skip('a', () => undefined)\n`,
      'noSkippedTests',
    ],
    [
      'a forgotten promise',
      'server/src/a.ts',
      'const a = async () => 1\nexport const b = () => {\n  a()\n}\n',
      'noFloatingPromises',
    ],
    [
      'a file name that is not kebab-case',
      'server/src/rateUsage.ts',
      'export const a = 1\n',
      'useFilenamingConvention',
    ],
  ])('refuses %s', (_what, file, code, rule) => {
    expect(lint(file, code)).toContain(rule)
  })

  test.each([
    ['the platform declare tables', 'server/src/platform/db/table.ts', rawTable],
    ['config.ts read the environment', 'server/src/config.ts', environment],
  ])('lets %s', (_what, file, code) => {
    expect(lint(file, code)).toBe('')
  })
})
