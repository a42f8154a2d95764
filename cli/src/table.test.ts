import { expect, test } from 'vitest'
import { cut, renderTable, widthOf } from './table.ts'

const rows = [
  { name: 'a laptop with a very long name indeed', id: 'key_1', used: 5 },
  { name: 'ci', id: 'key_22', used: 1204 },
]
const columns = [
  { title: 'NAME', value: (row: (typeof rows)[number]) => row.name, mayShrink: true },
  { title: 'ID', value: (row: (typeof rows)[number]) => row.id },
  { title: 'USED', value: (row: (typeof rows)[number]) => String(row.used), right: true },
]
const plain = (text: string): string => text

test('a table fits the screen by cutting only what may be cut', () => {
  const lines = renderTable(rows, columns, { columns: 30, heading: plain }).trimEnd().split('\n')
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(30)
  expect(lines[1]).toBe('a laptop with a…  key_1      5')
  expect(lines[2]).toMatch(/^ci +key_22 {2}1204$/)
})

test('nothing is cut when the output is no screen', () => {
  expect(renderTable(rows, columns, { columns: Number.POSITIVE_INFINITY, heading: plain })).toContain(
    'a very long name indeed',
  )
})

test('wide characters count two cells and are never cut in half', () => {
  expect(widthOf('日本語')).toBe(6)
  expect(cut('日本語', 5)).toBe('日本…')
  expect(cut('👩‍👩‍👧x', 3)).toBe('👩‍👩‍👧x')
})

test('text from elsewhere cannot move the cursor or break the rows', () => {
  const table = renderTable([{ name: '\u001b[2Jgone\nsecond\u202eline', id: 'x', used: 1 }], columns, {
    columns: 80,
    heading: plain,
  })
  expect(table.split('\n')).toHaveLength(3)
  expect(table).toContain('[2Jgone secondline')
  expect(table).not.toContain('\u001b')
})
