/** A unit, its seconds, and from how many seconds on it is used: below, the smaller one says more. */
const units: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['year', 31_557_600, 2 * 31_557_600],
  ['month', 2_629_800, 2 * 2_629_800],
  ['day', 86_400, 84_600],
  ['hour', 3600, 3570],
  ['minute', 60, 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `at` as seen from `now`, to the nearest unit, such as "3 minutes ago", "in 30 days" or "just now". */
export const relativeTime = (at: Date, now: Date): string => {
  const seconds = (at.getTime() - now.getTime()) / 1000
  for (const [unit, length, from] of units) {
    if (Math.abs(seconds) >= from) return relative.format(Math.round(seconds / length), unit)
  }
  return seconds > 5 ? 'in less than a minute' : 'just now'
}

/** An instant in full: 2026-11-22 03:04:05 UTC. */
export const utcTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
export const count = (value: number): string => whole.format(value)

/** A number with its noun: "1 request", "2 requests". */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

const scaled = ['B', 'kB', 'MB', 'GB', 'TB']
/** Bytes with a decimal unit: 1 kB is 1,000 bytes. */
export const bytes = (value: number): string => {
  let left = value
  let unit = 0
  while (left >= 1000 && unit < scaled.length - 1) {
    left /= 1000
    unit += 1
  }
  return `${left >= 100 || unit === 0 ? whole.format(left) : left.toFixed(1)} ${scaled[unit]}`
}

/** An id that fits a narrow column: what it is of, and its last six letters, which tell it apart. */
export const shortId = (id: string): string => {
  const mark = id.indexOf('_')
  return mark < 0 || id.length < 16 ? id : `${id.slice(0, mark + 1)}…${id.slice(-6)}`
}

/**
 * Micro-units (decimal string) of a currency as an amount: "1500000", "EUR" is "1.50 EUR". Integers throughout.
 * At least `digits` (2 to 6) digits after the point, so that amounts in a column line up.
 */
export const money = (micros: string, currency: string, digits = 2): string => {
  const value = BigInt(micros)
  const size = value < 0n ? -value : value
  const fraction = (size % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '').padEnd(digits, '0')
  const amount = `${value < 0n ? '-' : ''}${(size / 1_000_000n).toLocaleString('en')}.${fraction}`
  return `${amount} ${currency}`
}

/** An amount as a person types it ("1.5") in micro-units as a decimal string, or null when it is not one. */
export const microsOf = (amount: string): string | null => {
  const match = /^(\d{1,12})(?:\.(\d{0,6}))?$/.exec(amount.trim())
  if (match === null) return null
  return (BigInt(match[1] ?? '0') * 1_000_000n + BigInt((match[2] ?? '').padEnd(6, '0'))).toString()
}

/** Micro-units as an amount for a form field: "1500000" is "1.5". */
export const amountOf = (micros: string): string => {
  const value = BigInt(micros)
  const fraction = (value % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '')
  return fraction === '' ? (value / 1_000_000n).toString() : `${value / 1_000_000n}.${fraction}`
}

const parts: [RegExp, string][] = [
  [/(\d+)Y/, 'year'],
  [/(\d+)M(?!.*T)/, 'month'],
  [/(\d+)W/, 'week'],
  [/(\d+)D/, 'day'],
]
const timeParts: [RegExp, string][] = [
  [/(\d+)H/, 'hour'],
  [/(\d+)M/, 'minute'],
  [/(\d+)S/, 'second'],
]

/** An ISO 8601 duration or `forever` in words: P30D is "30 days". What it cannot read it gives back as it is. */
export const period = (duration: string): string => {
  if (duration === 'forever') return 'for ever'
  if (!duration.startsWith('P')) return duration
  const [date = '', time = ''] = duration.slice(1).split('T')
  const words = [
    ...parts.map(([pattern, unit]) => [pattern.exec(date)?.[1], unit] as const),
    ...timeParts.map(([pattern, unit]) => [pattern.exec(time)?.[1], unit] as const),
  ].flatMap(([amount, unit]) => (amount === undefined ? [] : [`${amount} ${unit}${amount === '1' ? '' : 's'}`]))
  return words.length === 0 ? duration : words.join(' ')
}
