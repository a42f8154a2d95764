/** ISO 8601 durations as policies write them, and calendar arithmetic in UTC. */

declare const durationBrand: unique symbol

/** A calendar duration. Fields are whole and not negative; `text` is the canonical ISO 8601 form, e.g. `P1Y6M` or `PT1H`. */
export interface Duration {
  readonly [durationBrand]: true
  readonly text: string
  readonly years: number
  readonly months: number
  readonly weeks: number
  readonly days: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
}

/** How long a retention class is kept. */
export type Period = Duration | 'forever'

/** The order of the fields of a duration, and of the groups of the pattern. */
export const durationUnits = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const
type Unit = (typeof durationUnits)[number]
const letters: Record<Unit, string> = {
  years: 'Y',
  months: 'M',
  weeks: 'W',
  days: 'D',
  hours: 'H',
  minutes: 'M',
  seconds: 'S',
}

/** Whole, unsigned ISO 8601 durations of up to five digits a field; at least one field, and one after a `T`. */
export const durationPattern =
  /^P(?=\d|T\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$/

/** Parses an ISO 8601 duration; null when the text is not one (fractions, signs and bare numbers are not). */
export function parseDuration(text: string): Duration | null {
  const match = durationPattern.exec(text)
  if (!match) return null
  const amount = (index: number) => Number(match[index + 1] ?? '0')
  const fields = Object.fromEntries(durationUnits.map((unit, index) => [unit, amount(index)])) as Record<Unit, number>
  return { ...fields, text: formatFields(fields) } as Duration
}

/** Parses `forever` or an ISO 8601 duration; null when the text is neither. */
export function parsePeriod(text: string): Period | null {
  return text === 'forever' ? 'forever' : parseDuration(text)
}

/** True when adding the duration changes no date. */
export function isZero(duration: Duration): boolean {
  return durationUnits.every((unit) => duration[unit] === 0)
}

/**
 * The instant a duration after another one, on the UTC calendar. Years and months go first and keep the day of the month,
 * or take the last day of a shorter month; then weeks, days and time are added. PostgreSQL's `timestamptz + interval`
 * gives the same instant when the session's time zone is UTC.
 */
export function addDuration(from: Date, duration: Duration): Date {
  const months = from.getUTCMonth() + duration.months + duration.years * 12
  const moved = new Date(from)
  moved.setUTCDate(1)
  moved.setUTCMonth(months)
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(from.getUTCDate(), lastDay))
  const hours = (duration.weeks * 7 + duration.days) * 24 + duration.hours
  return new Date(moved.getTime() + ((hours * 60 + duration.minutes) * 60 + duration.seconds) * 1000)
}

/** The instant from which something that began at `from` is past its period; null when it is kept for ever. */
export function dueAt(from: Date, period: Period): Date | null {
  return period === 'forever' ? null : addDuration(from, period)
}

/** A duration in words, e.g. `90 days`, `1 year and 6 months`; `for ever` for `forever`. */
export function describePeriod(period: Period): string {
  if (period === 'forever') return 'for ever'
  const parts = durationUnits.flatMap((unit) => {
    const amount = period[unit]
    return amount === 0 ? [] : [`${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`]
  })
  if (parts.length === 0) return 'no time'
  const last = parts.pop() as string
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}

function formatFields(fields: Record<Unit, number>): string {
  const write = (units: readonly Unit[]) =>
    units.map((unit) => (fields[unit] === 0 ? '' : `${fields[unit]}${letters[unit]}`)).join('')
  const date = write(durationUnits.slice(0, 4))
  const time = write(durationUnits.slice(4))
  if (date === '' && time === '') return 'PT0S'
  return `P${date}${time === '' ? '' : `T${time}`}`
}
