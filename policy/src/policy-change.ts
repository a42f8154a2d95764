/** How one value of a policy differs from another, and whom that serves. */
import { addDuration, describePeriod, parsePeriod } from './duration.ts'

/** `weaker` protects people less than before, `stronger` more; `different` cannot be ranked. */
export type Direction = 'weaker' | 'stronger' | 'different'

export interface PolicyChange {
  readonly direction: Direction
  /** Where in the policy, such as `retention.billing.period`. */
  readonly path: string
  /** In words; null when the earlier policy has nothing there. */
  readonly from: string | null
  /** In words; null when the later policy has nothing there. */
  readonly to: string | null
}

const start = new Date('2026-01-01T00:00:00Z')

/** Length of a period that begins on a fixed day, in milliseconds; infinite for `forever`. */
function lengthMs(text: string): number {
  const period = parsePeriod(text)
  if (period === null || period === 'forever') return Number.POSITIVE_INFINITY
  return addDuration(start, period).getTime() - start.getTime()
}

const words = (text: string): string => {
  const period = parsePeriod(text)
  return period === null ? text : describePeriod(period)
}

/** Weaker when the number moves to the weaker side. */
function ranked(path: string, from: string, to: string, step: number): PolicyChange[] {
  if (step === 0) return []
  return [{ direction: step < 0 ? 'weaker' : 'stronger', path, from, to }]
}

/** Something that is there or not. @param whenAdded how a policy changes that gains it */
export function presence(path: string, from: string | null, to: string | null, whenAdded: Direction): PolicyChange[] {
  if ((from === null) === (to === null)) return []
  const opposite = { weaker: 'stronger', stronger: 'weaker', different: 'different' } as const
  return [{ direction: from === null ? whenAdded : opposite[whenAdded], path, from, to }]
}

/** Any other value than before. */
export function otherwise(path: string, from: string | undefined, to: string | undefined): PolicyChange[] {
  return from === to ? [] : [{ direction: 'different', path, from: from ?? null, to: to ?? null }]
}

/** A word out of a list that goes from the weakest to the strongest. */
export function step(path: string, from: string, to: string, weakestFirst: readonly string[]): PolicyChange[] {
  return ranked(path, from, to, weakestFirst.indexOf(to) - weakestFirst.indexOf(from))
}

/** A number of which more protects more. */
export function amount(path: string, from: number, to: number): PolicyChange[] {
  return ranked(path, String(from), String(to), to - from)
}

/** A duration, ISO 8601 or `forever`. @param weak which side of it protects less */
export function time(path: string, from: string, to: string, weak: 'longer' | 'shorter'): PolicyChange[] {
  const [before, after] = [lengthMs(from), lengthMs(to)]
  const longer = Number(after > before) - Number(after < before)
  return ranked(path, words(from), words(to), weak === 'longer' ? -longer : longer)
}

/** A duration that may be absent. @param whenAdded how a policy changes that gains one */
export function optionalTime(
  path: string,
  from: string | undefined,
  to: string | undefined,
  weak: 'longer' | 'shorter',
  whenAdded: Direction,
): PolicyChange[] {
  if (from !== undefined && to !== undefined) return time(path, from, to, weak)
  return presence(path, from === undefined ? null : words(from), to === undefined ? null : words(to), whenAdded)
}

/** A list in which each entry is a change of its own. @param whenAdded how a policy changes that gains an entry */
export function entries(
  path: string,
  from: readonly string[],
  to: readonly string[],
  whenAdded: Direction,
): PolicyChange[] {
  return [
    ...from.filter((one) => !to.includes(one)).flatMap((one) => presence(path, one, null, whenAdded)),
    ...to.filter((one) => !from.includes(one)).flatMap((one) => presence(path, null, one, whenAdded)),
  ]
}

/**
 * A map by name: entries that only one has, and how those differ that both have.
 * @param name what an entry is called in a change
 */
export function keyed<Entry>(
  path: string,
  from: Readonly<Record<string, Entry>> | undefined,
  to: Readonly<Record<string, Entry>> | undefined,
  options: {
    readonly whenAdded: Direction
    readonly name: (entry: Entry, key: string) => string
    readonly differ: (path: string, from: Entry, to: Entry) => PolicyChange[]
  },
): PolicyChange[] {
  const names = new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])
  return [...names].flatMap((key) => {
    const [before, after] = [from?.[key], to?.[key]]
    const at = `${path}.${key}`
    if (before !== undefined && after !== undefined) return options.differ(at, before, after)
    const written = (entry: Entry | undefined) => (entry === undefined ? null : options.name(entry, key))
    return presence(at, written(before), written(after), options.whenAdded)
  })
}
