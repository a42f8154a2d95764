import { describe, expect, test } from 'vitest'
import { amountOf, bytes, count, microsOf, money, period, relativeTime, shortId, utcTime } from './format.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const at = (text: string) => new Date(text)

describe('times', () => {
  test('says how long ago, to the nearest of the unit that fits', () => {
    expect(relativeTime(at('2026-11-22T11:59:58Z'), now)).toBe('just now')
    expect(relativeTime(at('2026-11-22T11:57:10Z'), now)).toBe('3 minutes ago')
    expect(relativeTime(at('2026-11-20T12:00:00Z'), now)).toBe('2 days ago')
    expect(relativeTime(at('2026-11-23T13:00:00Z'), now)).toBe('tomorrow')
    expect(relativeTime(at('2026-11-22T12:59:58Z'), now)).toBe('in 1 hour')
    expect(relativeTime(at('2026-11-29T11:59:55Z'), now)).toBe('in 7 days')
    expect(relativeTime(at('2026-12-22T11:59:55Z'), now)).toBe('in 30 days')
    expect(relativeTime(at('2027-11-22T11:59:55Z'), now)).toBe('in 12 months')
  })
  test('gives the exact instant in UTC', () => {
    expect(utcTime(at('2026-11-22T05:06:07.890+02:00'))).toBe('2026-11-22 03:06:07 UTC')
  })
  test('says policy durations in words and keeps what it cannot read', () => {
    expect(period('P30D')).toBe('30 days')
    expect(period('P1Y6M')).toBe('1 year 6 months')
    expect(period('PT15M')).toBe('15 minutes')
    expect(period('forever')).toBe('for ever')
    expect(period('P')).toBe('P')
  })
})

describe('amounts', () => {
  test('shows micro-units without a float, at least two digits after the point', () => {
    expect(money('1500000', 'EUR')).toBe('1.50 EUR')
    expect(money('100000', 'EUR')).toBe('0.10 EUR')
    expect(money('1500000', 'EUR', 6)).toBe('1.500000 EUR')
    expect(money('1', 'EUR')).toBe('0.000001 EUR')
    expect(money('-2345678', 'USD')).toBe('-2.345678 USD')
    expect(money('9007199254740993000001', 'EUR')).toBe('9,007,199,254,740,993.000001 EUR')
  })
  test('reads what a person types, to the micro-unit, and refuses the rest', () => {
    expect(microsOf('1.5')).toBe('1500000')
    expect(microsOf(' 0.000001 ')).toBe('1')
    expect(microsOf('1,5')).toBeNull()
    expect(microsOf('1.0000001')).toBeNull()
    expect(microsOf('-1')).toBeNull()
  })
  test('what a field shows reads back as the same amount', () => {
    for (const micros of ['0', '1', '150000', '1000000', '123456789']) expect(microsOf(amountOf(micros))).toBe(micros)
  })
  test('counts with separators, bytes with decimal units', () => {
    expect(count(1_234_567)).toBe('1,234,567')
    expect(bytes(999)).toBe('999 B')
    expect(bytes(1_500)).toBe('1.5 kB')
    expect(bytes(253_000_000)).toBe('253 MB')
  })
})

test('a short id keeps what it is of and the end that tells it apart', () => {
  expect(shortId('per_01m8102xdsnb8s20a49nkqgy23')).toBe('per_…kqgy23')
  expect(shortId('per_1')).toBe('per_1')
})
