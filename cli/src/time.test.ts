import { expect, test } from 'vitest'
import { momentAfter, momentBefore, periodFrom, periodWords, relativeTime, shownTime, spanSeconds } from './time.ts'

const now = new Date('2026-03-01T12:00:00Z')

test('periods are said in words, and taken as ISO 8601 or as a span', () => {
  expect(['P7D', 'P1Y6M', 'PT15M', 'P1W', 'forever', 'none'].map(periodWords)).toEqual([
    ...['7 days', '1 year 6 months', '15 minutes', '1 week', 'for ever', 'none'],
  ])
  expect(['7d', '12h', '2w', 'P7D', 'p7d'].map(periodFrom)).toEqual(['P7D', 'PT12H', 'P2W', 'P7D', 'P7D'])
  for (const wrong of ['7', '7 days', '-1d', '']) expect(() => periodFrom(wrong)).toThrow('is not a period')
})

test('spans count back and forth from now', () => {
  expect(momentBefore('7d', now).toISOString()).toBe('2026-02-22T12:00:00.000Z')
  expect(momentAfter('12h', now).toISOString()).toBe('2026-03-02T00:00:00.000Z')
  expect(spanSeconds('90s')).toBe(90)
})

test('dates are UTC days and instants are taken as they are', () => {
  expect(momentBefore('2026-01-31', now).toISOString()).toBe('2026-01-31T00:00:00.000Z')
  expect(momentBefore('2026-01-31T12:00:00+02:00', now).toISOString()).toBe('2026-01-31T10:00:00.000Z')
})

test('a time that does not exist, has no zone or is on the wrong side of now is refused', () => {
  for (const text of ['', 'yesterday', '2026-02-30', '2026-01-31T12:00:00', '7', '7 days', '-7d']) {
    expect(() => momentBefore(text, now), text).toThrow('is not a time')
  }
  expect(() => momentAfter('2026-02-28', now)).toThrow('in the past')
})

test('times are shown to people in UTC and relative to now', () => {
  expect(shownTime('2026-01-31T12:34:56.789Z')).toBe('2026-01-31 12:34 UTC')
  expect(relativeTime('2026-03-01T11:57:00Z', now)).toBe('3 minutes ago')
  expect(relativeTime('2026-03-31T12:00:00Z', now)).toBe('in 30 days')
  expect(relativeTime(null, now)).toBe('never')
})
