import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceUsage } from './price-usage.ts'

test('a million tokens cost their price', () => {
  const prices = { promptMicrosPerMillion: 150_000n, completionMicrosPerMillion: 600_000n }
  expect(priceUsage({ promptTokens: 1_000_000, completionTokens: 0 }, prices)).toBe(150_000n)
  expect(priceUsage({ promptTokens: 1_000_000, completionTokens: 1_000_000 }, prices)).toBe(750_000n)
})

test('half a micro-unit is rounded up, once a request', () => {
  const prices = { promptMicrosPerMillion: 250_000n, completionMicrosPerMillion: 250_000n }
  expect(priceUsage({ promptTokens: 1, completionTokens: 0 }, prices)).toBe(0n)
  expect(priceUsage({ promptTokens: 1, completionTokens: 1 }, prices)).toBe(1n)
})

test('the rounded price is never more than half a micro-unit from the exact one, and never falls with use', () => {
  const tokens = fc.nat(2_000_000)
  const price = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 12n }))
  fc.assert(
    fc.property(tokens, tokens, price, price, (promptTokens, completionTokens, p, c) => {
      const prices = { promptMicrosPerMillion: p, completionMicrosPerMillion: c }
      const cost = priceUsage({ promptTokens, completionTokens }, prices)
      const offBy = cost * 1_000_000n - (BigInt(promptTokens) * p + BigInt(completionTokens) * c)
      expect(offBy <= 500_000n && offBy > -500_000n).toBe(true)
      expect(priceUsage({ promptTokens: promptTokens + 1, completionTokens }, prices) >= cost).toBe(true)
    }),
  )
})
