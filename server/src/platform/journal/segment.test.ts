import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSegment, encodeBatch, recordsOf } from './segment.ts'

const record = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
  .filter((text) => !/\n|^#/.test(text) && text.isWellFormed())
const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })
const zeros = fc.nat(200).map((length) => Buffer.alloc(length))

const encode = (records: readonly string[]): Buffer => encodeBatch(`${records.join('\n')}\n`)

test('whatever is written is read back, in order, up to the zeros behind it', () => {
  fc.assert(
    fc.property(batches, zeros, (written, tail) => {
      const contents = decodeSegment(Buffer.concat([...written.map(encode), tail]))
      expect(recordsOf(contents)).toEqual(written.flat())
      expect(contents).toMatchObject({ tornBytes: 0, damaged: 0 })
    }),
  )
})

test('a cut at any byte keeps every whole batch before it and nothing else', () => {
  fc.assert(
    fc.property(batches, fc.nat(), zeros, (written, at, tail) => {
      const pieces = written.map(encode)
      const bytes = Buffer.concat(pieces)
      const cut = at % bytes.length
      let whole = 0
      for (let end = 0; ; whole++) {
        end += pieces[whole]?.length ?? Number.POSITIVE_INFINITY
        if (end > cut) break
      }
      const contents = decodeSegment(Buffer.concat([bytes.subarray(0, cut), tail]))
      expect(recordsOf(contents)).toEqual(written.slice(0, whole).flat())
      expect(contents.damaged).toBe(0)
    }),
  )
})

test('a flipped bit costs its own batch only, and never yields a record that was not written', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat(7), (written, at, bit) => {
      const pieces = written.map(encode)
      const bytes = Buffer.concat(pieces)
      const place = at % bytes.length
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
      let hit = 0
      for (let end = pieces[0]?.length ?? 0; end <= place; end += pieces[hit]?.length ?? 0) hit++
      const contents = decodeSegment(bytes)
      expect(recordsOf(contents)).toEqual(written.toSpliced(hit, 1).flat())
      expect(contents.damaged + Number(contents.tornBytes > 0)).toBe(1)
    }),
  )
})
