import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findUnwanted } from './unwanted-numbers.ts'

const both = new Set(['card-number', 'government-id'] as const)
const find = (text: string) => findUnwanted(text, both)?.what ?? null

/** Published test numbers of issuers, and examples that the issuing states or standards print. */
const known: readonly (readonly [string, string])[] = [
  ['a card number', '4111 1111 1111 1111'],
  ['a card number', '4111111111111111'],
  ['a card number', '5555-5555-5555-4444'],
  ['a card number', '2223003122003222'],
  ['a card number', '378282246310005'],
  ['a card number', '6011111111111117'],
  ['a card number', '30569309025904'],
  ['a card number', '3530111333300000'],
  ['a card number', '6205500000000000004'],
  ['a card number', '４１１１　１１１１　１１１１　１１１１'],
  ['a card number', '4111\u200b1111\u200b1111\u200b1111'],
  ['a card number', '4111–1111–1111–1111'],
  ['a social security number of the United States', '219-09-9999'],
  ['a social security number of the United States', '078 05 1120'],
  ['an identity card number of Taiwan', 'A123456789'],
  ['an identity card number of Taiwan', 'a123456789'],
  ['an identity card number of China', '11010519491231002X'],
  ['an identity number of Spain', '12345678Z'],
  ['an identity number of Spain', 'X1234567L'],
  ['a tax code of Italy', 'RSSMRA85T10A562S'],
  ['a CPF number of Brazil', '529.982.247-25'],
  ['an identity number of Singapore', 'S1234567D'],
  ['an identity number of Singapore', 'F1612345P'],
  ['a resident number of Korea', '800101-1234560'],
  ['an Aadhaar number of India', '2341 2341 2346'],
]

describe('numbers that nobody should leave here', () => {
  it.each(known)('%s is found in a text: %s', (what, number) => {
    expect(find(number)).toBe(what)
    expect(find(`my number is ${number}, thank you`)).toBe(what)
    expect(find(`(${number})`)).toBe(what)
  })

  it('are found by kind, as the policy asks', () => {
    expect(findUnwanted('4111 1111 1111 1111', new Set(['government-id']))).toBeNull()
    expect(findUnwanted('219-09-9999', new Set(['card-number']))).toBeNull()
    expect(findUnwanted('219-09-9999', new Set(['government-id']))?.kind).toBe('government-id')
  })

  it.each([
    ['one digit is wrong', '4111 1111 1111 1112'],
    ['no issuer has the range', '9111 1111 1111 1111'],
    ['it is part of an id', 'per_4111111111111111'],
    ['it is part of a longer number', '94111111111111111'],
    ['it is part of a fraction', '0.4111111111111111'],
    ['it is a time in milliseconds', '1795305600000'],
    ['it is an instant', '2026-11-22T03:00:00.000Z'],
    ['it is a telephone number', '+49 30 123456-78'],
    ['it is all zeros', '0000 0000 0000 0000'],
    ['the area is not issued', '000-12-3456'],
    ['the area is not issued', '987-65-4321'],
    ['it has no separators', '219099999'],
    ['the check digit is wrong', 'A123456788'],
    ['the check letter is wrong', '12345678A'],
    ['the check letter is wrong', 'S1234567A'],
    ['the date is none', '801301-1234560'],
    ['the check digits are wrong', '529.982.247-26'],
    ['the check digit is wrong', '2341 2341 2347'],
    ['it is an address', 'ada+411@example.org'],
    ['it is a version', '1.2.3-45'],
    ['it is a UUID', '123e4567-e89b-12d3-a456-426614174000'],
  ])('are not seen where %s: %s', (_why, text) => {
    expect(find(text)).toBeNull()
  })

  it('are found wherever one stands between other words', () => {
    const number = fc.constantFrom(...known.map(([, written]) => written))
    const word = fc.stringMatching(/^[a-z ,;:!?()]{0,30}$/)
    fc.assert(
      fc.property(number, word, word, (written, before, after) => find(`${before} ${written} ${after}`) !== null),
    )
  })

  it('are rare among numbers of sixteen digits that nobody issued', () => {
    const sample = fc.sample(fc.stringMatching(/^[0-9]{16}$/), { numRuns: 2000, seed: 7 })
    expect(sample.filter((text) => find(text) !== null).length).toBeLessThan(sample.length / 10)
  })

  it('are found at the end of a long text that looks like many', () => {
    const long = '41 - '.repeat(50_000)
    expect(find(long)).toBeNull()
    expect(find(`${long}; 4111 1111 1111 1111`)).toBe('a card number')
  })
})
