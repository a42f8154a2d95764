import { expect, it } from 'vitest'
import { createAsking, type MixName, mixes, queryAt } from './mixes.ts'
import { createRandom, zipfian } from './random.ts'

const names = Object.keys(mixes) as MixName[]

it.each(names)('the shares of the %s mix sum to a hundred', (mix) => {
  expect(mixes[mix].reduce((sum, [, share]) => sum + share, 0)).toBe(100)
})

it('a query comes as often as its share says', () => {
  expect(queryAt('processor', 0)).toBe('readData')
  expect(queryAt('processor', 79.9)).toBe('readData')
  expect(queryAt('processor', 80)).toBe('readDataByPurpose')
  expect(queryAt('regulator', 99.9)).toBe('countOf')
})

it('the same seed asks the same questions', () => {
  const ask = () => {
    const asking = createAsking({ people: 5, recordsEach: 2, dataLength: 20 }, 7, 1e12)
    return { records: asking.initial(), queries: asking.next('customer', 1e12, 20).map(({ query }) => query) }
  }
  expect(ask()).toEqual(ask())
})

it('hardly anybody who was erased is asked about again', async () => {
  const asking = createAsking({ people: 50, recordsEach: 2, dataLength: 20 }, 7, 1e12)
  asking.initial()
  const erased = new Set<string>()
  const asked: string[] = []
  for (const { query, put } of asking.next('controller', 1e12, 200)) {
    const seen = new Proxy({} as Parameters<typeof put>[0], {
      get: () => async (first: unknown) => {
        if (query === 'deleteByPerson') erased.add(String(first))
        if (query === 'addObjections' && erased.has(String(first))) asked.push(String(first))
      },
    })
    await put(seen)
  }
  expect(erased.size).toBeGreaterThan(5)
  expect(asked).toEqual([])
})

it('after Zipf’s law the first of a thousand is asked for most, and all are below the count', () => {
  const pick = zipfian(createRandom(3))
  const counts = new Map<number, number>()
  for (let at = 0; at < 5000; at++) {
    const index = pick(1000)
    counts.set(index, (counts.get(index) ?? 0) + 1)
  }
  expect(Math.max(...counts.keys())).toBeLessThan(1000)
  expect(Math.max(...counts.values())).toBe(counts.get(0))
})
