import type { UsageFilter } from '../../app/queries.ts'
import type { UsageSearch } from '../../app/search.ts'
import type { UsageRow } from '../../app/views.ts'

const hour = 3_600_000
const day = 86_400_000

/** Start of the UTC day of `at`. */
export const startOfDay = (at: Date): Date => new Date(Math.floor(at.getTime() / day) * day)

export const tokensOf = (row: { promptTokens: number; completionTokens: number }): number =>
  row.promptTokens + row.completionTokens

export type TimedRow = UsageRow & { at: string }

/** Rows by hour or day with the empty hours or days in between filled in, oldest first. */
export const fillTimes = (
  rows: readonly UsageRow[],
  { since, until, groupBy }: Pick<UsageFilter, 'since' | 'until' | 'groupBy'>,
): TimedRow[] => {
  const step = groupBy === 'hour' ? hour : day
  const known = new Map(rows.flatMap((row) => (row.at === null ? [] : [[new Date(row.at).getTime(), row] as const])))
  const filled: TimedRow[] = []
  for (let at = Math.floor(Date.parse(since) / step) * step; at < Date.parse(until); at += step) {
    const row = known.get(at)
    filled.push({
      model: null,
      keyId: null,
      keyName: null,
      requests: 0,
      promptTokens: 0,
      completionTokens: 0,
      failedRequests: 0,
      batchRequests: 0,
      costMicros: '0',
      ...row,
      at: new Date(at).toISOString(),
    })
  }
  return filled
}

const lengths = { '24h': day, '7d': 7 * day, '30d': 30 * day, '90d': 90 * day }

/**
 * What the address bar asks for, as the API takes it. A running range ends with the current hour, so that the same
 * question is asked (and remembered) for a while.
 */
export const usageFilterOf = (search: UsageSearch, now: Date): UsageFilter => {
  const range = search.range ?? '30d'
  const groupBy = search.by ?? (range === '24h' ? 'hour' : 'day')
  const chosen = { groupBy, model: search.model, keyId: search.key }
  if (range === 'custom' && search.from !== undefined && search.to !== undefined) {
    const [from, to] = search.from <= search.to ? [search.from, search.to] : [search.to, search.from]
    const until = new Date(Date.parse(to) + day)
    return { since: new Date(from).toISOString(), until: until.toISOString(), ...chosen }
  }
  const length = lengths[range === 'custom' ? '30d' : range]
  const until = new Date(Math.floor(now.getTime() / hour) * hour + hour)
  const since = length === day ? new Date(until.getTime() - day) : startOfDay(new Date(until.getTime() - length + day))
  return { since: since.toISOString(), until: until.toISOString(), ...chosen }
}
