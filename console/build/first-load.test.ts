import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type BuiltFile, gzipBytesOf } from './first-load.ts'

/** Random bytes do not get smaller, so that their sum is known. */
const file = (name: string, size: number, ...loads: string[]): [string, BuiltFile] => [
  name,
  { name, bytes: randomBytes(size), loads },
]

test('counts what a page loads once, also when two files need it or files need each other', () => {
  const files = new Map([
    file('main.js', 1000, 'shared.js', 'main.css'),
    file('page.js', 2000, 'shared.js', 'main.js'),
    file('shared.js', 4000, 'main.js'),
    file('main.css', 8000),
    file('other.js', 16_000),
  ])
  const bytes = gzipBytesOf(['main.js', 'page.js'], files)
  expect(bytes).toBeGreaterThanOrEqual(15_000)
  expect(bytes).toBeLessThan(15_300)
})
test('counts bytes as they travel: compressed', () => {
  const files = new Map([['a.js', { name: 'a.js', bytes: 'x'.repeat(100_000), loads: [] }]])
  expect(gzipBytesOf(['a.js'], files)).toBeLessThan(1000)
})
