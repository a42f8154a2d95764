import { describe, expect, test } from 'vitest'
import type { UsageRow } from '../../app/views.ts'
import { fillTimes, tokensOf, usageFilterOf } from './usage-rows.ts'

const row = (at: string, promptTokens: number): UsageRow => ({
  at,
  model: null,
  keyId: null,
  keyName: null,
  requests: 1,
  promptTokens,
  completionTokens: 2,
  failedRequests: 0,
  batchRequests: 0,
  costMicros: '5',
})
const now = new Date('2026-11-22T12:34:56.000Z')

describe('usage over time', () => {
  test('days without a request are there as zeros, and nothing that was used is lost', () => {
    const rows = [row('2026-11-20T00:00:00.000Z', 10), row('2026-11-22T00:00:00.000Z', 20)]
    const filled = fillTimes(rows, usageFilterOf({ range: '7d' }, now))
    expect(filled.map(({ at }) => at.slice(0, 10))).toEqual([
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
      '2026-11-21',
      '2026-11-22',
    ])
    expect(filled.map(tokensOf)).toEqual([0, 0, 0, 0, 12, 0, 22])
  })
  test('the last day by hour has 24 hours, the current one included', () => {
    const filter = usageFilterOf({ range: '24h' }, now)
    const filled = fillTimes([row('2026-11-22T12:00:00.000Z', 1)], filter)
    expect(filter.groupBy).toBe('hour')
    expect(filled).toHaveLength(24)
    expect(filled.at(-1)).toMatchObject({ at: '2026-11-22T12:00:00.000Z', requests: 1 })
  })
  test('a range of one’s own includes both days, in either order', () => {
    const filter = { since: '2026-10-01T00:00:00.000Z', until: '2026-10-04T00:00:00.000Z' }
    expect(usageFilterOf({ range: 'custom', from: '2026-10-01', to: '2026-10-03' }, now)).toMatchObject(filter)
    expect(usageFilterOf({ range: 'custom', from: '2026-10-03', to: '2026-10-01' }, now)).toMatchObject(filter)
  })
  test('the same hour asks the same question', () => {
    expect(usageFilterOf({}, now)).toEqual(usageFilterOf({}, new Date('2026-11-22T12:59:59.999Z')))
  })
})
