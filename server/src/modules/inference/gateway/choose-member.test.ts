import { expect, test } from 'vitest'
import { type Choosing, chooseMember } from './choose-member.ts'
import { placedAnywhere } from './gateway-deps.ts'
import { MemberLoad } from './member-load.ts'
import type { ModelRoute, PoolMember } from './model-route.ts'

const memberOf = (id: string, more: Partial<PoolMember> = {}): PoolMember =>
  ({
    ...{ id, provider: null, recipient: null, forbidden: null, onlyFor: null, weight: 1, tier: 0, target: {} },
    ...{ load: new MemberLoad(), isAway: () => false, ...more },
  }) as PoolMember

const choose = (members: PoolMember[], more: Partial<Choosing> = {}, placement = placedAnywhere) =>
  chooseMember({ placement }, { members } as unknown as ModelRoute, {
    ...{ organisationId: 'org_1', nowMs: 0, tried: [], seenBy: null, ...more },
  })

/** Who got how many of so many requests; each is over before the next. */
const spread = (members: PoolMember[], requests: number) => {
  const counts: Record<string, number> = {}
  for (let i = 0; i < requests; i++) {
    const { id = 'nobody' } = choose(members) ?? {}
    counts[id] = (counts[id] ?? 0) + 1
  }
  return counts
}

const fail = ({ load }: PoolMember, times: number, nowMs = 0): void => {
  for (let i = 0; i < times; i++) load.failed(nowMs)
}

test('those with nothing to do get shares by their weight', () => {
  expect(spread([memberOf('a', { weight: 3 }), memberOf('b')], 400)).toEqual({ a: 300, b: 100 })
})

test('who has less to do for its weight comes first', () => {
  const [small, large] = [memberOf('small'), memberOf('large', { weight: 4 })]
  for (let i = 0; i < 3; i++) large.load.begin()
  small.load.begin()
  expect(choose([small, large])?.id).toBe('large')
  large.load.begin()
  large.load.begin()
  expect(choose([small, large])?.id).toBe('small')
  expect(large.load.inFlight).toBe(5)
})

test('a tier is asked when nobody of a lower one can answer', () => {
  const [main, spare] = [memberOf('main'), memberOf('spare', { tier: 1 })]
  for (let i = 0; i < 100; i++) main.load.begin()
  expect(choose([main, spare])?.id).toBe('main')
  expect(choose([memberOf('main', { target: null }), spare])?.id).toBe('spare')
  expect(choose([memberOf('main', { isAway: () => true }), spare])?.id).toBe('spare')
})

test('who failed five times in a row rests, is tried once, and comes back with its first answer', () => {
  const [main, spare] = [memberOf('main'), memberOf('spare', { tier: 1 })]
  const at = (nowMs: number) => choose([main, spare], { nowMs })?.id
  fail(main, 4)
  expect(at(0)).toBe('main')
  expect(main.load.failed(0)).toBe(true)
  expect([at(1), at(9_999)]).toEqual(['spare', 'spare'])
  expect([at(10_000), at(10_001)]).toEqual(['main', 'spare'])
  expect(main.load.failed(10_002)).toBe(false)
  expect(at(20_000)).toBe('spare')
  expect(at(20_002)).toBe('main')
  main.load.answered()
  expect([at(20_003), at(20_004)]).toEqual(['main', 'main'])
})

test('who comes back gets its share from then on, and not what it missed', () => {
  const [one, two] = [memberOf('one'), memberOf('two')]
  fail(one, 5)
  expect(spread([one, two], 100)).toEqual({ two: 100 })
  one.load.answered()
  expect(spread([one, two], 100).one).toBeLessThanOrEqual(51)
})

test('when all are down the one that is preferred is tried all the same', () => {
  const [main, spare] = [memberOf('main'), memberOf('spare', { tier: 1 })]
  fail(main, 5)
  fail(spare, 5)
  expect(choose([main, spare])?.id).toBe('main')
})

test('who may not have the request is never chosen, whoever else is down', () => {
  const others = [
    memberOf('forbidden', { forbidden: 'the policy says so' }),
    memberOf('another organisation’s', { onlyFor: 'org_2' }),
    memberOf('not accepted', { provider: 'Example Ltd', recipient: 'example' }),
  ]
  const judge = (_: string, { recipient }: { recipient: string | null }) =>
    recipient === null ? null : ({ kind: 'provider', provider: 'Example Ltd', recipient } as const)
  const placement = { judge, refusalOf: judge }
  expect(choose(others, {}, placement)).toBeNull()
  const own = memberOf('own', { isAway: () => true })
  expect(choose([...others, own], {}, placement)?.id).toBe('own')
  expect(choose([...others, own], { tried: [own] }, placement)).toBeNull()
  expect(choose(others, { organisationId: 'org_2' }, placement)?.id).toBe('another organisation’s')
})

test('what one company saw goes to no second one', () => {
  const members = [memberOf('a', { provider: 'A' }), memberOf('b', { provider: 'B' }), memberOf('own', { tier: 1 })]
  expect(choose(members, { seenBy: 'B' })?.id).toBe('b')
  expect(choose(members, { seenBy: 'C' })?.id).toBe('own')
})
