import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Duration } from './duration.ts'
import { addDuration, describePeriod, dueAt, durationUnits, isZero, parseDuration, parsePeriod } from './duration.ts'

const duration = (text: string): Duration => {
  const parsed = parseDuration(text)
  if (!parsed) throw new Error(`not a duration: ${text}`)
  return parsed
}
const plus = (from: string, text: string) => addDuration(new Date(from), duration(text)).toISOString()
const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
const amounts = fc.record(Object.fromEntries(durationUnits.map((unit) => [unit, fc.nat(999)])))

describe('a duration', () => {
  it('is read from whole ISO 8601 fields only', () => {
    for (const text of ['P30D', 'P13M', 'P7Y', 'P1Y6M', 'P2W', 'PT1S', 'P1DT12H', 'PT0S', 'P0D'])
      expect(parseDuration(text), text).not.toBeNull()
    for (const text of [
      '',
      '30',
      '30D',
      'P',
      'PT',
      'P1DT',
      'P-1D',
      '-P1D',
      'P1.5D',
      'P30',
      'p30d',
      'P1D ',
      '1 month',
      'forever',
      'P1H',
      'PT1D',
      'P999999D',
    ]) {
      expect(parseDuration(text), text).toBeNull()
    }
  })

  it('reads the word forever as a period and nothing like it', () => {
    expect(parsePeriod('forever')).toBe('forever')
    expect(parsePeriod('Forever')).toBeNull()
    expect(dueAt(new Date(), 'forever')).toBeNull()
  })

  it('keeps its amounts through its canonical text', () => {
    fc.assert(
      fc.property(amounts, (fields) => {
        const text = `P${fields.years}Y${fields.months}M${fields.weeks}W${fields.days}DT${fields.hours}H${fields.minutes}M${fields.seconds}S`
        const once = duration(text)
        expect(duration(once.text)).toEqual(once)
        for (const unit of durationUnits) expect(once[unit]).toBe(fields[unit])
      }),
    )
  })

  it('tells zero from every other amount', () => {
    expect(isZero(duration('P0Y0M0DT0S'))).toBe(true)
    expect(isZero(duration('PT1S'))).toBe(false)
  })

  it('is put in words with singular and plural', () => {
    expect(describePeriod(duration('P90D'))).toBe('90 days')
    expect(describePeriod(duration('P1Y6M'))).toBe('1 year and 6 months')
    expect(describePeriod(duration('P1Y1M2DT3H'))).toBe('1 year, 1 month, 2 days and 3 hours')
    expect(describePeriod('forever')).toBe('for ever')
    expect(describePeriod(duration('P0D'))).toBe('no time')
  })
})

describe('adding a duration', () => {
  it('keeps the day of the month, or takes the last day of a shorter month', () => {
    expect(plus('2027-01-31T10:00:00Z', 'P1M')).toBe('2027-02-28T10:00:00.000Z')
    expect(plus('2028-01-31T10:00:00Z', 'P1M')).toBe('2028-02-29T10:00:00.000Z')
    expect(plus('2028-02-29T23:59:59Z', 'P1Y')).toBe('2029-02-28T23:59:59.000Z')
    expect(plus('2026-12-15T00:00:00Z', 'P13M')).toBe('2028-01-15T00:00:00.000Z')
    expect(plus('2026-08-31T00:00:00Z', 'P1M1D')).toBe('2026-10-01T00:00:00.000Z')
  })

  it('is exact for weeks, days and time, whatever the season', () => {
    fc.assert(
      fc.property(dates, fc.nat(5000), fc.nat(90000), (from, days, seconds) => {
        const expected = from.getTime() + days * 86_400_000 + seconds * 1000
        expect(addDuration(from, duration(`P${days}DT${seconds}S`)).getTime()).toBe(expected)
        expect(addDuration(from, duration(`P${days}W`)).getTime()).toBe(from.getTime() + days * 7 * 86_400_000)
      }),
    )
  })

  it('moves the calendar month by exactly the months asked for and keeps the time of day', () => {
    fc.assert(
      fc.property(dates, fc.nat(2000), (from, months) => {
        const to = addDuration(from, duration(`P${months}M`))
        const index = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth()
        expect(index(to) - index(from)).toBe(months)
        expect(to.toISOString().slice(11)).toBe(from.toISOString().slice(11))
        expect(to.getUTCDate()).toBeLessThanOrEqual(from.getUTCDate())
        if (from.getUTCDate() <= 28) expect(to.getUTCDate()).toBe(from.getUTCDate())
      }),
    )
  })

  it('takes twelve months for a year', () => {
    fc.assert(
      fc.property(dates, fc.nat(99), (from, years) => {
        expect(addDuration(from, duration(`P${years}Y`))).toEqual(addDuration(from, duration(`P${years * 12}M`)))
      }),
    )
  })

  it('never goes back and does not change the date that it was given', () => {
    fc.assert(
      fc.property(dates, amounts, (from, fields) => {
        const before = from.getTime()
        const to = addDuration(from, { ...duration('PT0S'), ...fields } as Duration)
        expect(to.getTime()).toBeGreaterThanOrEqual(before)
        expect(from.getTime()).toBe(before)
      }),
    )
  })
})
