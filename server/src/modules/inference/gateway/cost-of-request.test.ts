import { expect, test } from 'vitest'
import { costOfRequest } from './cost-of-request.ts'
import type { ModelRoute } from './model-route.ts'
import { chatCompletions, completions, embeddings, type Operation } from './operation.ts'
import { scanRequest } from './scan-request.ts'

const prices = { promptMicrosPerMillion: 0n, completionMicrosPerMillion: 1n }

/** In picos; with these prices the tokens of all answers. */
const costOf = (asked: object, operation: Operation = chatCompletions, more: Partial<ModelRoute> = {}): bigint => {
  const body = Buffer.from(JSON.stringify({ model: 'm', ...asked }))
  const request = scanRequest(body, operation)
  if (!request.ok) throw new Error(JSON.stringify(request))
  return costOfRequest({ operation, body, request, route: { contextTokens: null, ...prices, ...more } as ModelRoute })
}
const messages = [{ role: 'user', content: 'hello' }]

test('an answer is as long as the request lets it be, or else the model’s context', () => {
  expect(costOf({ messages, max_tokens: 7 })).toBe(7n)
  expect(costOf({ messages, max_completion_tokens: 3, max_tokens: 9 })).toBe(9n)
  expect(costOf({ messages }, chatCompletions, { contextTokens: 2048 })).toBe(2048n)
  expect(costOf({ messages, max_tokens: 1e300 }, chatCompletions, { contextTokens: 2048 })).toBe(2048n)
  expect(costOf({ messages })).toBe(4096n)
})

test('every answer that is asked for counts, however it is asked for', () => {
  expect(costOf({ messages, max_tokens: 7, n: 3 })).toBe(21n)
  expect(costOf({ messages, max_tokens: 7, n: '3' })).toBe(21n)
  expect(costOf({ prompt: 'a', max_tokens: 7, n: 2, best_of: 5 }, completions)).toBe(35n)
  expect(costOf({ prompt: ['a', 'b', 'c'], max_tokens: 7, n: 2 }, completions)).toBe(42n)
  expect(costOf({ prompt: [[1, 2], [3]], max_tokens: 7 }, completions)).toBe(14n)
  expect(costOf({ prompt: [1, 2, 3], max_tokens: 7 }, completions)).toBe(7n)
})

test('a prompt has at most as many tokens as bytes, and no more than the model’s context', () => {
  const priced = { promptMicrosPerMillion: 1n, completionMicrosPerMillion: 0n }
  const long = [{ role: 'user', content: 'é'.repeat(5000) }]
  expect(costOf({ messages: long }, chatCompletions, priced)).toBeGreaterThan(10_000n)
  expect(costOf({ messages: long }, chatCompletions, { ...priced, contextTokens: 512 })).toBe(512n)
  expect(costOf({ input: ['a', 'b'] }, embeddings, { ...priced, contextTokens: 2 })).toBeGreaterThan(20n)
})

test('a model without a price costs nothing', () => {
  expect(costOf({ messages }, chatCompletions, { completionMicrosPerMillion: 0n })).toBe(0n)
})
