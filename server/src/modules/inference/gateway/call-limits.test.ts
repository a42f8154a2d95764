import { expect, test } from 'vitest'
import { createCallLimits, formatReset, type Limits } from './call-limits.ts'
import type { KeyRecord } from './key-directory.ts'

const key = (limits: Partial<KeyRecord>): KeyRecord => ({
  keyId: 'k',
  projectId: 'p',
  organisationId: 'o',
  state: 'active',
  expiresAtMs: null,
  allowedModels: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: null,
  ...limits,
})

test('a key gets its requests, then 429 with the time to wait, then goes on as time passes', () => {
  const limits = createCallLimits()
  const limited = key({ requestsPerMinute: 2 })
  expect(limits.admit(limited, 10, 0).refusal).toBeNull()
  expect(limits.admit(limited, 10, 0).headers).toContain('x-ratelimit-remaining-requests')
  const refused = limits.admit(limited, 10, 0)
  expect(refused.refusal).toMatchObject({ status: 429, code: 'rate_limit_exceeded', headers: ['retry-after', '30'] })
  expect(limits.admit(limited, 10, 29_000).refusal).not.toBeNull()
  expect(limits.admit(limited, 10, 30_000).refusal).toBeNull()
})

test('what was set aside and not used comes back; what was used beyond it is held', () => {
  const limits = createCallLimits()
  const limited = key({ tokensPerMinute: 100 })
  const first = limits.admit(limited, 80, 0)
  expect(first.refusal).toBeNull()
  expect(limits.admit(limited, 80, 0).refusal).toMatchObject({ type: 'tokens' })
  first.settle(10)
  first.settle(-1000)
  const second = limits.admit(limited, 80, 0)
  expect(second.refusal).toBeNull()
  second.settle(250)
  expect(limits.admit(limited, 1, 60_000).refusal).not.toBeNull()
  expect(limits.admit(limited, 1, 120_000).refusal).toBeNull()
})

const sharedBy = (of: Record<string, Partial<Limits>>) => {
  const none = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null }
  return createCallLimits({ of: (id) => (of[id] === undefined ? undefined : { ...none, ...of[id] }) })
}
const headersOf = ({ headers }: { headers: readonly string[] }): Record<string, string> =>
  Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [])))

test('a key or project that is slowed down calls as often as that allows, is told why, and others go on', () => {
  const throttle = { blockId: 'blk_1', endsAtMs: Date.UTC(2026, 10, 22), requestsPerMinute: 2 }
  const limits = createCallLimits(undefined, { of: (id) => (id === 'k' ? throttle : undefined) })
  for (let call = 0; call < 2; call += 1) expect(limits.admit(key({}), 1, 0).refusal).toBeNull()
  const { refusal } = limits.admit(key({}), 1, 0)
  expect(refusal).toMatchObject({ status: 429, code: 'spend_slowed_down', headers: ['retry-after', '30'] })
  for (const part of ['2 requests a minute', '2026-11-22T00:00', 'POST /api/v1/blocks/blk_1/review'])
    expect(refusal?.message).toContain(part)
  expect(limits.admit(key({ keyId: 'other' }), 1, 0).refusal).toBeNull()
  expect(limits.admit(key({}), 1, 30_000).refusal).toBeNull()
})

test('two keys of a project share its limit, and two projects that of their organisation', () => {
  const limits = sharedBy({ p: { requestsPerMinute: 2 }, o: { requestsPerMinute: 3 } })
  expect(limits.admit(key({ keyId: 'k1' }), 1, 0).refusal).toBeNull()
  expect(limits.admit(key({ keyId: 'k2' }), 1, 0).refusal).toBeNull()
  expect(limits.admit(key({ keyId: 'k3' }), 1, 0).refusal?.message).toContain('this project: 2 requests per minute')
  expect(limits.admit(key({ projectId: 'q' }), 1, 0).refusal).toBeNull()
  expect(limits.admit(key({ projectId: 'q' }), 1, 0).refusal?.message).toContain('this organisation: 3 requests')
  expect(limits.admit(key({ organisationId: 'other', projectId: 'other' }), 1, 0).refusal).toBeNull()
})

test('as many calls at once as the limit says, and another as soon as one of them has ended', () => {
  const limits = sharedBy({ p: { concurrentRequests: 2 } })
  const [first, second] = [limits.admit(key({}), 1, 0), limits.admit(key({}), 1, 0)]
  expect([first.refusal, second.refusal]).toEqual([null, null])
  expect(headersOf(second)).toEqual({ 'x-ratelimit-limit-concurrent': '2', 'x-ratelimit-remaining-concurrent': '0' })
  const third = limits.admit(key({}), 1, 0)
  expect(third.refusal).toMatchObject({
    status: 429,
    message: expect.stringContaining('this project: 2 requests at once'),
  })
  third.settle(0)
  first.settle(0)
  first.settle(0)
  expect(limits.admit(key({}), 1, 0).refusal).toBeNull()
  expect(limits.admit(key({}), 1, 0).refusal).not.toBeNull()
})

test('of a limit that three gateways count each gives a third, and all of it again when the others are gone', () => {
  const limits = createCallLimits()
  const limited = key({ requestsPerMinute: 6, tokensPerMinute: 300, concurrentRequests: 7 })
  limits.share(3, () => 3)
  const first = limits.admit(limited, 500, 0)
  expect(headersOf(first)).toMatchObject({
    'x-ratelimit-limit-requests': '6',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-reset-requests': '30s',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-remaining-concurrent': '1',
  })
  first.settle(0)
  expect(limits.admit(limited, 1, 0).refusal).toBeNull()
  expect(limits.admit(limited, 1, 0).refusal).toMatchObject({
    headers: ['retry-after', '30'],
    message: expect.stringContaining('6 requests per minute'),
  })
  expect(limits.counted(0)).toEqual(['k'])
  limits.share(1, () => 1)
  let admitted = 0
  for (let n = 0; n < 10; n++) if (limits.admit(limited, 1, 60_000).refusal === null) admitted++
  expect(admitted).toBe(6)
})

test('a limit below the number of gateways still lets one call through at each, at its own pace', () => {
  const limits = createCallLimits()
  const limited = key({ requestsPerMinute: 1, concurrentRequests: 1 })
  limits.share(2, () => 2)
  const only = limits.admit(limited, 1, 0)
  expect(only.refusal).toBeNull()
  expect(limits.admit(limited, 1, 0).refusal).not.toBeNull()
  only.settle(0)
  expect(limits.admit(limited, 1, 60_000).refusal).not.toBeNull()
  expect(limits.admit(limited, 1, 120_000).refusal).toBeNull()
})

test('whose calls ended a minute ago is counted here no more', () => {
  const limits = createCallLimits()
  const [brief, long] = [key({ keyId: 'brief', requestsPerMinute: 9 }), key({ keyId: 'long', requestsPerMinute: 9 })]
  limits.admit(brief, 1, 0).settle(1)
  limits.admit(long, 1, 0)
  expect(limits.counted(59_999)).toEqual(['brief', 'long'])
  expect(limits.counted(60_000)).toEqual(['long'])
})

test('headers are of the limits of which the least is left, and a refusal is of the one that lasts longest', () => {
  const limits = sharedBy({ p: { requestsPerMinute: 1, tokensPerMinute: 1000 }, o: { tokensPerMinute: 60 } })
  const limited = key({ requestsPerMinute: 60 })
  expect(headersOf(limits.admit(limited, 60, 0))).toMatchObject({
    'x-ratelimit-limit-requests': '1',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-limit-tokens': '60',
    'x-ratelimit-remaining-tokens': '0',
  })
  const refused = limits.admit(limited, 30, 0)
  expect(refused.refusal).toMatchObject({ headers: ['retry-after', '60'], type: 'requests' })
})

test('a request larger than the whole limit waits for a full bucket instead of for ever', () => {
  const limits = createCallLimits()
  expect(limits.admit(key({ tokensPerMinute: 100 }), 5000, 0).refusal).toBeNull()
})

test('a refused request costs nothing', () => {
  const limits = createCallLimits()
  const limited = key({ requestsPerMinute: 10, tokensPerMinute: 100 })
  limits.admit(limited, 100, 0)
  for (let n = 0; n < 20; n++) limits.admit(limited, 100, 0).settle(0)
  expect(limits.admit(limited, 100, 60_000).refusal).toBeNull()
})

test('durations are written as OpenAI writes them', () => {
  expect([formatReset(120), formatReset(1000), formatReset(59_001), formatReset(360_000)]).toEqual([
    '120ms',
    '1s',
    '1m0s',
    '6m0s',
  ])
})
