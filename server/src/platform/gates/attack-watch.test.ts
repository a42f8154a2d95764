import { beforeEach, expect, it } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { createLog } from '../log/index.ts'
import { type Attack, createAttackWatch, type Suspicion } from './attack-watch.ts'

const clock = movableClock(new Date('2026-11-22T00:00:00Z'))
let told: Attack[]
let isDown: boolean
beforeEach(() => {
  told = []
  isDown = false
})
const watch = () =>
  createAttackWatch({
    clock,
    log: createLog('silent'),
    soon: () => undefined,
    tell: async (attack) => {
      if (isDown) throw new Error('the database is away')
      told.push(attack)
    },
  })
const wrongKey = (source: string): Suspicion => ({
  kind: 'key-guessing',
  from: 'address',
  source,
  personId: null,
  ipAddress: source,
})
const repeat = (times: number, work: () => void) => {
  for (let n = 0; n < times; n += 1) work()
}

it('tells of so many refusals from one source within the time, and of no fewer', async () => {
  const made = watch()
  repeat(19, () => made.note(wrongKey('192.0.2.1')))
  repeat(19, () => made.note(wrongKey('192.0.2.2')))
  await made.flush()
  expect(told).toEqual([])
  clock.advance(1000)
  made.note(wrongKey('192.0.2.1'))
  await made.flush()
  expect(told).toMatchObject([{ kind: 'key-guessing', source: '192.0.2.1', count: 20 }])
  expect(Number(told[0]?.lastAt) - Number(told[0]?.firstAt)).toBe(1000)
})

it('forgets refusals that are older than the time', async () => {
  const made = watch()
  repeat(19, () => made.note(wrongKey('192.0.2.1')))
  clock.advance(60_000)
  repeat(19, () => made.note(wrongKey('192.0.2.1')))
  await made.flush()
  expect(told).toEqual([])
})

it('counts on after it told of an attack that goes on', async () => {
  const made = watch()
  repeat(45, () => made.note(wrongKey('192.0.2.1')))
  await made.flush()
  expect(told.map(({ count }) => count)).toEqual([20, 20])
})

it('keeps what it cannot write and tells of it later', async () => {
  const made = watch()
  isDown = true
  repeat(20, () => made.note(wrongKey('192.0.2.1')))
  await made.flush()
  expect(told).toEqual([])
  isDown = false
  await made.stop()
  expect(told).toHaveLength(1)
})

it('counts nothing that no rule speaks of, and does not fall over a clock that jumps back', async () => {
  const made = watch()
  repeat(40, () => made.note({ ...wrongKey('per_1'), from: 'person' }))
  repeat(19, () => made.note(wrongKey('192.0.2.1')))
  clock.set(new Date('2026-11-21T00:00:00Z'))
  made.note(wrongKey('192.0.2.1'))
  await made.flush()
  expect(told).toEqual([])
})
