import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSegment, encodeRecord } from './segment.ts'

const record = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .filter((text) => !text.includes('\n') && text.isWellFormed())

test('whatever is written is read back, in order', () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const contents = decodeSegment(Buffer.from(records.map(encodeRecord).join('')))
      expect(contents).toEqual({ records, tornBytes: 0, corruptLines: 0 })
    }),
  )
})

test('a cut at any byte keeps every whole record before it and nothing else', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1 }), fc.nat(), (records, at) => {
      const bytes = Buffer.from(records.map(encodeRecord).join(''))
      const cut = at % bytes.length
      let whole = 0
      for (let end = 0; whole < records.length; whole++) {
        end += Buffer.byteLength(encodeRecord(records[whole] ?? ''))
        if (end > cut) break
      }
      const contents = decodeSegment(bytes.subarray(0, cut))
      expect(contents.records).toEqual(records.slice(0, whole))
      expect(contents.corruptLines).toBe(0)
    }),
  )
})

test('a flipped bit never yields a record that was not written, and the others are still read', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 2, maxLength: 20 }), fc.nat(), fc.nat(7), (records, at, bit) => {
      const bytes = Buffer.from(records.map(encodeRecord).join(''))
      const place = at % bytes.length
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
      const { records: read } = decodeSegment(bytes)
      for (const one of read) expect(records).toContain(one)
      expect(read.length).toBeGreaterThanOrEqual(records.length - 2)
    }),
  )
})

test('a record with a newline is refused', () => {
  expect(() => encodeRecord('two\nlines')).toThrow('single line')
})
