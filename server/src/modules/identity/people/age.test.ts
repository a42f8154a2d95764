import { describe, expect, it } from 'vitest'
import { ageOn } from './age.ts'

const on = (day: string) => new Date(`${day}T00:00:00.000Z`)

describe('age in full years', () => {
  it.each([
    ['the day before the birthday', '2010-11-23', '2026-11-22', 15],
    ['on the birthday', '2010-11-22', '2026-11-22', 16],
    ['the last minute of the day before is still that day', '2010-01-01', '2025-12-31', 15],
    ['born on a leap day, 28 February of a common year', '2008-02-29', '2026-02-28', 17],
    ['born on a leap day, 1 March of a common year', '2008-02-29', '2026-03-01', 18],
    ['born on a leap day, 29 February of a leap year', '2008-02-29', '2024-02-29', 16],
    ['born in the future', '2030-01-01', '2026-11-22', -4],
  ])('%s', (_, born, today, years) => {
    expect(ageOn(born, on(today))).toBe(years)
  })

  it('counts by the day in UTC, whatever the hour', () => {
    expect(ageOn('2010-11-23', new Date('2026-11-22T23:59:59.999Z'))).toBe(15)
    expect(ageOn('2010-11-23', new Date('2026-11-23T00:00:00.000Z'))).toBe(16)
  })
})
