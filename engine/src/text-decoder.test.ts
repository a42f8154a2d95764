import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTokenTextDecoder } from './text-decoder.ts'

it('gives the same text as decoding at once, and never half a character, when tokens are single bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const decoder = createTokenTextDecoder((tokens) => Buffer.from(tokens).toString('utf8'))
      const pieces = [...Buffer.from(text)].map((byte) => decoder.push(byte))
      expect(pieces.join('') + decoder.flush()).toBe(text)
      for (const piece of pieces) expect(piece).not.toContain('\uFFFD')
    }),
  )
})

it('shows broken text rather than nothing', () => {
  const decoder = createTokenTextDecoder((tokens) => Buffer.from(tokens).toString('utf8'))
  expect(decoder.push(0xff) + decoder.flush()).toContain('\uFFFD')
})
