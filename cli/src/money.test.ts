import fc from 'fast-check'
import { expect, test } from 'vitest'
import { microsFromUnits, price, unitsFromMicros } from './money.ts'

test('an amount becomes micro-units exactly', () => {
  expect(microsFromUnits('0.15')).toBe(150_000n)
  expect(microsFromUnits('2')).toBe(2_000_000n)
  expect(microsFromUnits('0.000001')).toBe(1n)
  expect(microsFromUnits('0.1000000000')).toBe(100_000n)
  expect(microsFromUnits('123456789012.999999')).toBe(123_456_789_012_999_999n)
})

test('what is not a plain amount is refused', () => {
  for (const text of ['', '-1', '1e3', '1,000', '.5', '5.', '0x1', 'NaN', 'Infinity', '1 2', '0.0000001']) {
    expect(() => microsFromUnits(text), text).toThrow(/amount|finer/)
  }
})

test('an amount that was shown can be typed in again without loss', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), (micros) => {
      expect(microsFromUnits(unitsFromMicros(micros))).toBe(micros)
    }),
  )
})

test('prices are shown in currency units with at least two decimals', () => {
  expect(price('150000', 'EUR')).toBe('0.15 EUR')
  expect(price('2000000', 'EUR')).toBe('2.00 EUR')
  expect(price('-1', 'EUR')).toBe('-0.000001 EUR')
})
