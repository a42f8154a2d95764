import { expect, test } from 'vitest'
import type { KeyRecord } from './key-directory.ts'
import { createKeyLimits, formatReset } from './key-limits.ts'

const key = (limits: Partial<KeyRecord>): KeyRecord => ({
  keyId: 'k',
  projectId: 'p',
  organisationId: 'o',
  state: 'active',
  expiresAtMs: null,
  allowedModels: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  ...limits,
})

test('a key gets its requests, then 429 with the time to wait, then goes on as time passes', () => {
  const limits = createKeyLimits()
  const limited = key({ requestsPerMinute: 2 })
  expect(limits.admit(limited, 10, 0).refusal).toBeNull()
  expect(limits.admit(limited, 10, 0).headers).toContain('x-ratelimit-remaining-requests')
  const refused = limits.admit(limited, 10, 0)
  expect(refused.refusal).toMatchObject({ status: 429, code: 'rate_limit_exceeded', headers: ['retry-after', '30'] })
  expect(limits.admit(limited, 10, 29_000).refusal).not.toBeNull()
  expect(limits.admit(limited, 10, 30_000).refusal).toBeNull()
})

test('what was set aside and not used comes back; what was used beyond it is held', () => {
  const limits = createKeyLimits()
  const limited = key({ tokensPerMinute: 100 })
  const first = limits.admit(limited, 80, 0)
  expect(first).toMatchObject({ reservedTokens: 80, refusal: null })
  expect(limits.admit(limited, 80, 0).refusal).toMatchObject({ type: 'tokens' })
  limits.settle(limited, first.reservedTokens, 10)
  const second = limits.admit(limited, 80, 0)
  expect(second.refusal).toBeNull()
  limits.settle(limited, second.reservedTokens, 250)
  expect(limits.admit(limited, 1, 60_000).refusal).not.toBeNull()
  expect(limits.admit(limited, 1, 120_000).refusal).toBeNull()
})

test('a request larger than the whole limit waits for a full bucket instead of for ever', () => {
  const limits = createKeyLimits()
  expect(limits.admit(key({ tokensPerMinute: 100 }), 5000, 0).refusal).toBeNull()
})

test('a refused request costs nothing', () => {
  const limits = createKeyLimits()
  const limited = key({ requestsPerMinute: 10, tokensPerMinute: 100 })
  limits.admit(limited, 100, 0)
  for (let n = 0; n < 20; n++) limits.admit(limited, 100, 0)
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
