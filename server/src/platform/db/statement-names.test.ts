import { expect, test } from 'vitest'
import { createStatementNames } from './statement-names.ts'

const often = (nameOf: (text: string) => string | undefined, text: string) => {
  for (let times = 1; times < 20; times++) expect(nameOf(text)).toBeUndefined()
  return nameOf(text)
}

test('a statement that comes often gets a name, the same each time and another than any other’s', () => {
  const nameOf = createStatementNames()
  const name = often(nameOf, 'select 1')
  expect(name).toMatch(/^[0-9a-f]{40}$/)
  expect(nameOf('select 1')).toBe(name)
  expect(often(nameOf, 'select 2')).not.toBe(name)
})

test('no more statements are named than a connection can well remember', () => {
  const nameOf = createStatementNames()
  const names = Array.from({ length: 300 }, (_, n) => often(nameOf, `select ${n}`))
  expect(names.filter((name) => name !== undefined)).toHaveLength(200)
  expect(nameOf('select 0')).toBe(names[0])
})
