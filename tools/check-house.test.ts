import { describe, expect, test } from 'vitest'
import { checkHouse } from './check-house.ts'
import { plantRepository } from './testing/planted-repository.ts'

function violationsOf(file: string, text: string): string[] {
  using planted = plantRepository({ [file]: text })
  const result = checkHouse(planted.root)
  expect(result.examined).toBe(1)
  return result.violations
}

describe('the house check', () => {
  test.each([
    ['a name that explains nothing', 'server/src/platform/utils.ts', ''],
    ['a folder that explains nothing', 'cli/src/helpers/money.ts', ''],
    ['work that was put off', 'server/src/a.ts', `// ${'TO'}${'DO'}: later`],
    ['a lint that was switched off', 'server/src/a.ts', `// biome${'-ignore'} lint: because`],
    ['a type error that was silenced', 'console/src/a.tsx', `// @ts-${'ignore'}`],
    ['a lock file that names a registry', 'package-lock.json', '{"resolved": "https://registry.example/a.tgz"}'],
  ])('reports %s', (_what, file, text) => {
    expect(violationsOf(file, text)).toHaveLength(1)
  })

  test('lets plain code through, and what is installed or built is not looked at', () => {
    using planted = plantRepository({
      'server/src/a.ts': 'export const todoList = 1\n',
      'node_modules/a/utils.ts': '',
      'console/dist/utils.js': '',
    })
    expect(checkHouse(planted.root)).toEqual({ examined: 1, violations: [] })
  })

  test('examines nothing where there is nothing, which does not pass', () => {
    using planted = plantRepository({})
    expect(checkHouse(planted.root).examined).toBe(0)
  })
})
