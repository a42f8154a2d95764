import { expect, test } from 'vitest'
import { parseTilePath } from './serve-evidence.ts'

test.each([
  ['0/000', { level: 0, index: 0, width: 256 }],
  ['1/x001/x234/067', { level: 1, index: 1_234_067, width: 256 }],
  ['entries/x123/456.p/7', { level: 'entries', index: 123_456, width: 7 }],
])('%s names a tile', (path, tile) => {
  expect(parseTilePath(path)).toEqual(tile)
})

test.each([
  '0/0',
  '0/1234',
  '0/000.p/0',
  '0/000.p/257',
  'x/000',
  '0/x00/000',
  '../000',
  '0/000/extra',
  'entries/',
])('%s names none', (path) => {
  expect(parseTilePath(path)).toBeUndefined()
})
