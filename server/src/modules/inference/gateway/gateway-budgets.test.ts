import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Reserved, Spending } from '../../billing/index.ts'
import { answer, chat, errorOf, piece, until, usagePiece } from './test-answers.ts'
import { startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway
let outcome: Reserved | null
/** What each call set aside, and what it cost then, in picos. */
let calls: { reserved: bigint; settled: bigint[] }[]

/** Notes what is asked of it; real budgets have tests of their own. */
const spending: Spending = {
  reserve: (_, picos) => {
    if (outcome !== null) return outcome
    const one = { reserved: picos, settled: [] as bigint[] }
    calls.push(one)
    return { kind: 'reserved', reservation: { settle: (cost) => void one.settled.push(cost) } }
  },
}

beforeEach(async () => {
  outcome = null
  calls = []
  at = await startTestGateway({ deps: { spending } })
})
afterEach(() => at.close())

const asked = { ...chat, max_tokens: 50 }
const settled = () => calls.flatMap((one) => one.settled)

test('a call sets aside the most that it can cost, and what it cost takes that place', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  await (await at.post(asked)).text()
  expect(settled()).toEqual([5n * 1_000_000n + 2n * 2_000_000n])
  expect(calls[0]?.reserved).toBe(BigInt(JSON.stringify(asked).length) * 1_000_000n + 50n * 2_000_000n)
})

test('however a call ends, it is settled once, with what the books say', async () => {
  at.upstream.answerWith((_, res) => res.writeHead(500).end('{}'))
  await errorOf(await at.post(asked))
  expect(settled()).toEqual([0n])
  at.upstream.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(`${piece('a')}${usagePiece}data: [DONE]\n\n`),
  )
  await (await at.post({ ...asked, stream: true })).text()
  at.upstream.answerWith((_, res) => {
    res.setHeader('content-type', 'text/event-stream').write(piece('a') + piece('b'), () => res.destroy())
  })
  await (await at.post({ ...asked, stream: true })).text()
  at.upstream.answerWith((_, res) => void res.setHeader('content-type', 'text/event-stream').write(piece('a')))
  const leaving = new AbortController()
  const left = await at.post({ ...asked, stream: true }, { signal: leaving.signal })
  leaving.abort()
  await left.text().catch(() => undefined)
  await until(() => calls.every((one) => one.settled.length === 1))
  expect(calls).toHaveLength(4)
  const costs = (await at.booked()).map((event) => event.costMicros * 1_000_000n)
  expect(settled()).toEqual(costs)
})

test('a call that does not fit never reaches the model, and is told what OpenAI’s clients understand', async () => {
  const budget = { id: 'bud_1', projectId: 'prj_1', keyId: null, currency: 'EUR', limitMicros: 1_000_000n }
  const month = Date.UTC(2026, 10, 1)
  outcome = { kind: 'short', shortage: { budget: budget as never, month, leftPicos: 20_000n * 1_000_000n } }
  const refused = await at.post(asked)
  expect(refused.headers.get('x-should-retry')).toBe('false')
  const error = await errorOf(refused)
  expect(error).toMatchObject({ status: 429, type: 'insufficient_quota', code: 'insufficient_quota' })
  expect(error.message).toContain(
    'the monthly budget of the project prj_1 is 1.00 EUR, 0.02 EUR of it is left in 2026-11',
  )
  expect(error.message).toContain('it begins anew on 2026-12-01 (UTC)')
  outcome = { kind: 'away' }
  expect(await errorOf(await at.post(asked))).toMatchObject({ status: 503, code: 'budgets_unavailable' })
  expect(at.upstream.received).toEqual([])
  expect(await at.booked()).toEqual([])
})
