import { beforeEach, expect, it } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { createLog } from '../log/index.ts'
import { networkOf } from './network-of.ts'
import { createStrangerDoor, reviewPathOf } from './stranger-door.ts'
import { createStrangers, type Flood, type FloodRules, type Strangers } from './strangers.ts'

const clock = movableClock(new Date('2026-11-22T00:00:00Z'))
const minuteMs = 60_000
const rule = { times: 5, withinMs: minuteMs }
const floods: FloodRules = {
  rules: { 'key-stuffing': rule, 'id-walking': rule, 'request-flood': { times: 20, withinMs: minuteMs } },
  blockMs: 5 * minuteMs,
}
let told: Flood[]
let isDown: boolean
let strangers: Strangers
beforeEach(() => {
  told = []
  isDown = false
  strangers = createStrangers({
    clock,
    log: createLog('silent'),
    floods,
    hashOf: (source) => `hash of ${source}`,
    tell: async (flood) => {
      if (isDown) throw new Error('the database is away')
      told.push(flood)
      const endsAtMs = clock.nowMs() + (floods.blockMs ?? 0)
      return { id: 'blk_1', kind: flood.kind, sourceHash: `hash of ${flood.source}`, endsAtMs }
    },
  })
})
const [near, far] = ['192.0.2.1', '192.0.2.2']
const guess = (times: number, ipAddress = near, name = 'key') => {
  for (let n = 0; n < times; n += 1) strangers.note('key-stuffing', ipAddress, `${name} ${n}`)
}

it('blocks an address that tries so many different keys within the time, for the time, and no other address', async () => {
  guess(4)
  guess(4)
  await strangers.flush()
  expect(told).toEqual([])
  guess(5)
  await strangers.flush()
  expect(told).toMatchObject([{ kind: 'key-stuffing', source: near, count: 5, rule }])
  expect(strangers.blockOf(near)?.id).toBe('blk_1')
  expect(strangers.blockOf(far)).toBeNull()
  clock.advance(5 * minuteMs)
  expect(strangers.blockOf(near)).toBeNull()
})

it('counts anew with each time, also when the clock jumps back', async () => {
  guess(4)
  clock.advance(minuteMs)
  guess(4, near, 'other')
  clock.advance(-10 * minuteMs)
  guess(4, near, 'third')
  await strangers.flush()
  expect(told).toEqual([])
})

it('does nothing that it cannot record, and goes on counting', async () => {
  isDown = true
  guess(5)
  await strangers.flush()
  expect(strangers.blockOf(near)).toBeNull()
  isDown = false
  guess(5)
  await strangers.flush()
  expect(strangers.blockOf(near)).not.toBeNull()
})

it('takes over what others block and lift', () => {
  const sourceHash = `hash of ${far}`
  strangers.take([{ id: 'blk_2', kind: 'request-flood', sourceHash, endsAtMs: clock.nowMs() + 1 }])
  expect(strangers.blockOf(far)?.id).toBe('blk_2')
  strangers.take([])
  expect(strangers.blockOf(far)).toBeNull()
})

it('counts an IPv6 network as one, and an IPv4 address however it is written', () => {
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('2001:0db8:0:01::7')).toBe('2001:db8:0:1::/64')
  expect(networkOf('2001:db8:0:1:ff::9')).toBe('2001:db8:0:1::/64')
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  expect(networkOf('::1')).toBe('0:0:0:0::/64')
  expect(networkOf('1:2:3:4:5:6:7:8')).toBe('1:2:3:4::/64')
  expect(networkOf('')).toBe('')
})

const door = () =>
  createStrangerDoor(
    strangers,
    () => clock.nowMs(),
    (credential) => credential === 'operator',
  )
const at = { ipAddress: near, url: '/', credential: null }

it('lets those in who were known before and the operator, and machines that watch over the server', async () => {
  const made = door()
  made.left({ ...at, credential: 'session', status: 200, isKnown: true })
  for (let n = 0; n < 20; n += 1) made.left({ ...at, status: 200, isKnown: false })
  await strangers.flush()
  expect(told).toMatchObject([{ kind: 'request-flood', count: 20 }])
  expect(() => made.admit(at)).toThrow(expect.objectContaining({ code: 'address_blocked', status: 429 }))
  expect(() => made.admit({ ...at, credential: 'made up' })).toThrow('strangers from it are not answered')
  for (const credential of ['session', 'operator']) made.admit({ ...at, credential })
  made.admit({ ...at, url: '/healthz' })
  made.admit({ ...at, ipAddress: far })
  clock.advance(3 * 3_600_000)
  made.admit(at)
})

it('takes many addresses that are none for walking, and none of them from who is known', async () => {
  const made = door()
  for (let n = 0; n < 9; n += 1) made.left({ ...at, ipAddress: far, credential: 'me', status: 404, isKnown: true })
  for (let n = 0; n < 5; n += 1) made.left({ ...at, status: 404, isKnown: false })
  await strangers.flush()
  expect(told).toMatchObject([{ kind: 'id-walking', source: near }])
})

it('lets a review be asked for from behind a block, a few times', async () => {
  guess(5)
  await strangers.flush()
  const made = door()
  const ask = () => made.admit({ ...at, url: reviewPathOf('blk_1') })
  for (let n = 0; n < 10; n += 1) ask()
  expect(ask).toThrow('POST /api/v1/blocks/blk_1/review')
  expect(() => made.admit({ ...at, url: reviewPathOf('blk_2') })).toThrow()
})
