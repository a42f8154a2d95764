import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Reserved, Spending } from '../../billing/index.ts'
import { createCallLimits, type Limits } from './call-limits.ts'
import { answer, chat, errorOf, piece, until } from './test-answers.ts'
import { startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway
let limits: Map<string, Limits>
let reserve: Spending['reserve']
const none: Limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null }
const unbudgeted: Reserved = { kind: 'reserved', reservation: null }

beforeEach(async () => {
  limits = new Map([['org_1', { ...none, concurrentRequests: 1 }]])
  reserve = () => unbudgeted
  const spending: Spending = { reserve: (...about) => reserve(...about) }
  at = await startTestGateway({ deps: { callLimits: createCallLimits({ of: (id) => limits.get(id) }), spending } })
})
afterEach(() => at.close())

const good = async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  const response = await at.post(chat)
  await response.text()
  return response.status
}
const stream = (res: Parameters<Parameters<TestGateway['upstream']['answerWith']>[0]>[1]) =>
  res.setHeader('content-type', 'text/event-stream')

test('however a call ends, its place among those at once is free again', async () => {
  const leaving = new AbortController()
  const endings: (() => Promise<unknown>)[] = [
    async () => {
      at.upstream.answerWith((_, res) => res.writeHead(500).end('{}'))
      return (await at.post(chat)).text()
    },
    async () => {
      at.upstream.answerWith((_, res) => void stream(res).write(piece('a'), () => res.destroy()))
      return (await at.post({ ...chat, stream: true })).text()
    },
    async () => {
      at.upstream.answerWith((_, res) => void stream(res).write(piece('a')))
      const left = await at.post({ ...chat, stream: true }, { signal: leaving.signal })
      leaving.abort()
      await left.text().catch(() => undefined)
      await until(() => at.gateway.activeCalls() === 0)
    },
    async () => {
      reserve = () => ({ kind: 'away' })
      return (await at.post(chat)).text()
    },
    async () => {
      reserve = () => Promise.reject(new Error('no budgets'))
      return (await at.post(chat)).text()
    },
    async () => {
      reserve = () => {
        throw new Error('a mistake')
      }
      return (await at.post(chat)).text()
    },
  ]
  for (const end of endings) {
    await end()
    reserve = () => unbudgeted
    expect(await good()).toBe(200)
  }
})

test('a request past the limit reads nothing of what was said before, and looking up what is stored holds no place', async () => {
  let reads = 0
  const stored = {
    find: async () => {
      reads += 1
      return null
    },
  }
  const callLimits = createCallLimits({ of: (id) => limits.get(id) })
  const other = await startTestGateway({ deps: { callLimits, stored: stored as never } })
  try {
    limits.set('org_1', { ...none, requestsPerMinute: 3, concurrentRequests: 1 })
    const headers = { authorization: 'Bearer sk-good', 'content-type': 'application/json' }
    const id = `resp_${'0'.repeat(26)}`
    const look = async () => (await fetch(`${other.url}/v1/responses/${id}`, { headers })).status
    expect([await look(), await look()]).toEqual([404, 404])
    const body = JSON.stringify({ model: 'm', input: 'x', previous_response_id: id })
    const go = () => fetch(`${other.url}/v1/responses`, { method: 'POST', headers, body })
    expect((await go()).status).toBe(400)
    const before = reads
    expect(await errorOf(await go())).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect(reads).toBe(before)
  } finally {
    await other.close()
  }
})

test('a call too many says whose limit it is, never reaches the model, and is free to come when there is place', async () => {
  at.upstream.answerWith((_, res) => void stream(res).write(piece('a')))
  const first = await at.post({ ...chat, stream: true })
  expect(first.headers.get('x-ratelimit-remaining-concurrent')).toBe('0')
  const refused = await at.post(chat)
  expect([refused.headers.get('retry-after'), refused.headers.get('x-ratelimit-limit-concurrent')]).toEqual(['1', '1'])
  expect(await errorOf(refused)).toMatchObject({
    status: 429,
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached for this organisation: 1 requests at once. Try again when one of them has ended.',
  })
  expect(at.upstream.received).toHaveLength(1)
  limits.set('org_1', { ...none, concurrentRequests: 2 })
  expect(await good()).toBe(200)
  await first.body?.cancel()
})
