import { usageFailure } from './failure.ts'
import { counted } from './table.ts'

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const span = /^(\d{1,6})([smhdw])$/
const isoDate = /^\d{4}-\d{2}-\d{2}$/
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/
const example =
  'Write a span such as 12h, 7d or 2w, a date such as 2026-01-31 (UTC), or an instant such as 2026-01-31T12:00:00Z.'

/** Milliseconds of "90s", "15m", "12h", "7d" or "2w". */
export const spanMs = (text: string): number | undefined => {
  const parts = span.exec(text)
  return parts === null ? undefined : Number(parts[1]) * units[parts[2] as keyof typeof units]
}

const fixedInstant = (text: string): Date | undefined => {
  if (!isoDate.test(text) && !isoInstant.test(text)) return undefined
  const date = new Date(isoDate.test(text) ? `${text}T00:00:00Z` : text)
  // A day that does not exist (2026-02-30) would silently become another one.
  if (Number.isNaN(date.getTime()) || (isoDate.test(text) && date.toISOString().slice(0, 10) !== text)) return undefined
  return date
}

/** A moment in the past: a span back from now, a UTC date, or an instant. */
export const momentBefore = (text: string, now: Date): Date => {
  const ms = spanMs(text)
  const moment = ms === undefined ? fixedInstant(text) : new Date(now.getTime() - ms)
  if (moment === undefined) throw usageFailure(`"${text}" is not a time`, example)
  return moment
}

/** A moment in the future: a span from now, a UTC date, or an instant. */
export const momentAfter = (text: string, now: Date): Date => {
  const ms = spanMs(text)
  const moment = ms === undefined ? fixedInstant(text) : new Date(now.getTime() + ms)
  if (moment === undefined) throw usageFailure(`"${text}" is not a time`, example)
  if (moment.getTime() <= now.getTime()) throw usageFailure(`"${text}" is in the past`, example)
  return moment
}

/** Whole seconds of a span. */
export const spanSeconds = (text: string): number => {
  const ms = spanMs(text)
  if (ms === undefined) throw usageFailure(`"${text}" is not a span of time`, 'Write it such as 90s, 15m, 12h or 7d.')
  return ms / 1000
}

/** An API instant as a person reads it: "2026-01-31 12:00 UTC"; a dash for none. */
export const shownTime = (instant: string | null): string =>
  instant === null ? '-' : `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`

const unitFor = (ms: number): readonly ['minute' | 'hour' | 'day', number] => {
  if (ms < 45 * units.m) return ['minute', units.m]
  return ms < 22 * units.h ? ['hour', units.h] : ['day', units.d]
}

/** "3 minutes ago", "in 2 days"; "never" for none. */
export const relativeTime = (instant: string | null, now: Date): string => {
  if (instant === null) return 'never'
  const ms = new Date(instant).getTime() - now.getTime()
  const size = Math.abs(ms)
  if (size < 45_000) return ms <= 0 ? 'just now' : 'in a moment'
  const [unit, divisor] = unitFor(size)
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.round(ms / divisor), unit)
}

const datePart = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const partNames = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']

/** An ISO 8601 duration in words: P30D is "30 days"; `forever` is "for ever". What it cannot read it gives back. */
export const periodWords = (duration: string): string => {
  if (duration === 'forever') return 'for ever'
  const words = (datePart.exec(duration) ?? [])
    .slice(1)
    .flatMap((amount, at) => (amount === undefined ? [] : [counted(Number(amount), partNames[at] ?? '')]))
  return words.length === 0 ? duration : words.join(' ')
}

/** Whole days or less as ISO 8601: a period as it is, or a span such as 12h, 7d or 2w. */
export const periodFrom = (text: string): string => {
  if (/^P/i.test(text)) return text.toUpperCase()
  const parts = /^(\d{1,6})([hdw])$/.exec(text)
  if (parts === null)
    throw usageFailure(`"${text}" is not a period`, 'Write it such as 12h, 7d or 2w, or in ISO 8601, such as P7D.')
  return parts[2] === 'h' ? `PT${parts[1]}H` : `P${parts[1]}${parts[2]?.toUpperCase()}`
}
