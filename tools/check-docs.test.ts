import { describe, expect, test } from 'vitest'
import { checkDocs } from './check-docs.ts'
import { plantRepository } from './testing/planted-repository.ts'

const known = { commands: new Set(['key create', 'whoami']), scripts: new Set(['generate', 'kills -w conformance']) }

function violationsOf(text: string): string[] {
  using planted = plantRepository({ 'README.md': text, 'tools/start.mjs': '' })
  const result = checkDocs(planted.root, known)
  expect(result.examined).toBe(1)
  return result.violations
}

describe('the check of the documents', () => {
  test.each([
    ['a link to a file that is gone', '[more](docs/gone.md)'],
    ['a path that is gone', 'See `tools/gone.mjs`.'],
    ['a command that does not exist', '`avow key make NAME`'],
    ['a verb that a noun needs', 'npx avow key'],
    ['a script that does not exist', 'npm run format-all'],
    ['a script that a room does not have', 'npm run generate -w conformance'],
  ])('reports %s', (_what, text) => {
    expect(violationsOf(text)).toHaveLength(1)
  })

  test.each([
    '[start](tools/start.mjs#top), [elsewhere](https://example.org/gone.md), [below](#below)',
    'See `tools/start.mjs` and `tools/*.mjs`.',
    'npx avow whoami, then `avow key create laptop`',
    'npm run generate',
    'npm run kills -w conformance -- 200',
  ])('lets through %s', (text) => {
    expect(violationsOf(text)).toEqual([])
  })

  test('examines nothing where there is nothing, which does not pass', () => {
    using planted = plantRepository({ 'a.txt': '' })
    expect(checkDocs(planted.root, known).examined).toBe(0)
  })
})
