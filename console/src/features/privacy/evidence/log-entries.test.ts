import { expect, test } from 'vitest'
import { bundleBelow, entriesOf } from './log-entries.ts'

test('the newest bundle of a log is asked for as wide as it is, and earlier ones whole', () => {
  expect(bundleBelow(1)).toEqual({ path: 'tile/entries/000.p/1', first: 0 })
  expect(bundleBelow(256)).toEqual({ path: 'tile/entries/000', first: 0 })
  expect(bundleBelow(257)).toEqual({ path: 'tile/entries/001.p/1', first: 256 })
  expect(bundleBelow(256 * 1_234_067 + 3)).toEqual({
    path: 'tile/entries/x001/x234/067.p/3',
    first: 256 * 1_234_067,
  })
})

const bundleOf = (...texts: string[]): Uint8Array =>
  Buffer.concat(
    texts.map((text) => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      return Buffer.concat([length, bytes])
    }),
  )

test('every entry of a bundle is read with its place in the log', () => {
  const leaf = (gate: string) =>
    JSON.stringify({ at: '2026-11-22T00:00:00.000Z', gate, decision: 'done', rule: 'é', counted: 3 })
  const entries = entriesOf(bundleOf(leaf('retention'), leaf('hold')), 512)
  expect(entries).toMatchObject([
    { index: 512, gate: 'retention', rule: 'é', counted: 3 },
    { index: 513, gate: 'hold' },
  ])
  expect(entriesOf(new Uint8Array(), 0)).toEqual([])
})
