import { Pool } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PlacementRefusal, ServedBy } from '../../placement/index.ts'
import { type MockModelServer, startMockModelServer } from './mock-model-server.ts'
import type { PoolMember } from './model-route.ts'
import { answer, chat, data, errorOf, piece, until, usagePiece } from './test-answers.ts'
import { memberAt, startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway
let other: MockModelServer
let pools: Pool[]
/** Recipients that org_1 accepted. */
let accepted: string[]
let recorded: PlacementRefusal[]

const judge = (_: string, { recipient, provider }: ServedBy): PlacementRefusal | null =>
  recipient === null || accepted.includes(recipient)
    ? null
    : { kind: 'provider', recipient, provider: provider ?? recipient }
const placement = {
  judge,
  refusalOf: (organisationId: string, served: ServedBy) => {
    const refusal = judge(organisationId, served)
    if (refusal !== null) recorded.push(refusal)
    return refusal
  },
}

const poolAt = (url: string): Pool => {
  const pool = new Pool(url)
  pools.push(pool)
  return pool
}

/** The pool of model m: its own server first, and these after it. */
const serve = (...members: [PoolMember, ...PoolMember[]]): void => {
  at.models.set('m', { ...at.models.get('m')!, members })
}
const own = (more: Partial<PoolMember> = {}) => memberAt(at.pool, more)
const second = (more: Partial<PoolMember> = {}) => memberAt(poolAt(other.url), { id: 'second', tier: 1, ...more })
const example = { provider: 'Example Ltd', recipient: 'example', country: 'US' }
const nowhere = (more: Partial<PoolMember> = {}) => memberAt(poolAt('http://127.0.0.1:1'), more)

const metric = async (name: string): Promise<number> => {
  const found = await at.registry.getSingleMetric(name)?.get()
  return found?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
}

const start = async (timeouts = { firstByteMs: 60_000, idleMs: 60_000 }): Promise<void> => {
  at = await startTestGateway({ deps: { placement, timeouts } })
  at.upstream.answerWith((_, res) => res.end(answer('from the first')))
}

beforeEach(async () => {
  ;[accepted, recorded, pools] = [[], [], []]
  other = await startMockModelServer()
  other.answerWith((_, res) => res.end(answer('from the second')))
  await start()
})

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.destroy()))
  await at.close()
  other.close()
})

test('a request that found nobody listening is answered by another member, and booked once as that member’s', async () => {
  serve(nowhere(), second({ served: 'upstream' }))
  const response = await at.post(chat)
  expect([response.status, await response.text()]).toEqual([200, answer('from the second')])
  expect(await at.booked()).toEqual([
    expect.objectContaining({ outcome: 'completed', promptTokens: 5, completionTokens: 2 }),
  ])
  expect(await metric('avow_inference_retries_total')).toBe(1)
})

test.each([429, 502, 503, 504])('a server that answers %i is passed over for another', async (status) => {
  serve(own(), second())
  at.upstream.answerWith((_, res) => res.writeHead(status, { 'content-type': 'text/plain' }).end('no'))
  const response = await at.post(chat)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(await response.text()).toBe(answer('from the second'))
  expect((await at.booked()).map(({ outcome, status: booked }) => [outcome, booked])).toEqual([['completed', 200]])
})

test.each([400, 401, 500])('a server that answers %i is no reason to ask another', async (status) => {
  serve(own(), second())
  at.upstream.answerWith((_, res) => res.writeHead(status).end('{"error":{"message":"no"}}'))
  expect((await at.post(chat)).status).not.toBe(200)
  expect(other.received).toEqual([])
})

test('a stream goes on at another member before its first byte, and never after it', async () => {
  serve(own(), second())
  other.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(piece('b') + usagePiece + data('[DONE]')),
  )
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  const before = await (await at.post({ ...chat, stream: true })).text()
  expect(before).toContain(piece('b'))
  expect(before).toContain('[DONE]')
  at.upstream.answerWith((_, res) => {
    res.setHeader('content-type', 'text/event-stream').write(piece('a'), () => res.destroy())
  })
  const after = await (await at.post({ ...chat, stream: true })).text()
  expect(after).toContain('"code":"upstream_cut_off"')
  expect(after).not.toContain(piece('b'))
  expect(other.received).toHaveLength(1)
  expect((await at.booked()).map(({ outcome, completionTokens }) => [outcome, completionTokens])).toEqual([
    ['completed', 3],
    ['upstream_failed', 1],
  ])
})

test('a server that is silent is given up, the request goes on elsewhere; in the middle of an answer it ends', async () => {
  await at.close()
  await start({ firstByteMs: 300, idleMs: 300 })
  serve(own(), second())
  at.upstream.answerWith(() => undefined)
  const response = await at.post(chat)
  expect([response.status, await response.text()]).toEqual([200, answer('from the second')])
  await until(() => at.upstream.cancelled() === 1)
  at.upstream.answerWith((_, res) => void res.setHeader('content-type', 'text/event-stream').write(piece('a')))
  const stalled = await (await at.post({ ...chat, stream: true })).text()
  expect(stalled).toContain('"code":"upstream_timeout"')
  expect(other.received).toHaveLength(1)
})

test('with all of them down the caller gets one clear error, after three members at most, and nothing is charged', async () => {
  serve(nowhere(), nowhere({ id: 'b' }), nowhere({ id: 'c' }), second())
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 502, code: 'upstream_unreachable' })
  expect(other.received).toEqual([])
  const booked = await at.booked()
  expect(booked.map((event) => [event.outcome, event.promptTokens, event.costMicros])).toEqual([
    ['upstream_failed', 0, 0n],
  ])
})

test('a member that keeps failing is left alone after five requests, which were all answered', async () => {
  const first = own()
  serve(first, second())
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  for (let i = 0; i < 8; i++) expect((await at.post(chat)).status).toBe(200)
  expect([at.upstream.received.length, other.received.length]).toEqual([5, 8])
  expect(first.load.inFlight).toBe(0)
  expect(await metric('avow_inference_rests_total')).toBe(1)
})

test('what members have to do is counted while they do it, also when the caller goes', async () => {
  const [first, next] = [own(), second({ tier: 0 })]
  serve(first, next)
  at.upstream.answerWith(() => undefined)
  other.answerWith(() => undefined)
  const hangUp = new AbortController()
  const calls = [1, 2, 3, 4].map(() => at.post(chat, { signal: hangUp.signal }).catch(() => null))
  await until(() => at.upstream.received.length + other.received.length === 4)
  expect([first.load.inFlight, next.load.inFlight]).toEqual([2, 2])
  hangUp.abort()
  await Promise.all(calls)
  await until(() => at.gateway.activeCalls() === 0)
  expect([first.load.inFlight, next.load.inFlight]).toEqual([0, 0])
  await until(() => at.upstream.cancelled() + other.cancelled() === 4)
})

test('no fallback goes to a company that the organisation has not accepted', async () => {
  serve(own(), second(example))
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 503, code: 'upstream_unavailable' })
  expect([other.received, recorded]).toEqual([[], []])
  serve(memberAt(null), second(example))
  const refused = await errorOf(await at.post(chat))
  expect(refused).toMatchObject({ status: 403, code: 'provider_not_accepted' })
  expect(refused.message).toContain('avow provider accept example')
  expect([other.received, recorded.length]).toEqual([[], 1])
})

test('an accepted fallback answers, and callers and books name it', async () => {
  accepted = ['example']
  serve(own(), second(example))
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  const response = await at.post(chat)
  expect(response.headers.get('avow-provider')).toBe('Example%20Ltd')
  expect(await at.booked()).toEqual([expect.objectContaining({ provider: 'Example Ltd', outcome: 'completed' })])
})

test('a company that saw a request and gave no answer is named, and no second company sees it', async () => {
  accepted = ['example', 'another']
  const another = { provider: 'Another Ltd', recipient: 'another' }
  serve(own(example), second(another))
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  expect((await at.post(chat)).status).toBe(503)
  expect(other.received).toEqual([])
  serve(own(example), second())
  const response = await at.post(chat)
  expect([response.status, response.headers.get('avow-provider')]).toEqual([200, 'Example%20Ltd'])
  serve(nowhere(example), second(another))
  expect((await at.post(chat)).headers.get('avow-provider')).toBe('Another%20Ltd')
  expect((await at.booked()).map(({ provider, status }) => [provider, status])).toEqual([
    ['Example Ltd', 503],
    ['Example Ltd', 200],
    ['Another Ltd', 200],
  ])
})

test('each member gets its own key and name of the model, and the answer names the model as the caller did', async () => {
  const target = { ...second().target!, modelName: 'their-name', headers: { authorization: 'Bearer theirs' } }
  serve(own(), second({ target }))
  at.upstream.answerWith((_, res) => res.writeHead(503).end())
  other.answerWith((_, res) =>
    res.setHeader('content-type', 'application/json').end(answer().replace('"m"', '"their-name"')),
  )
  expect(await (await at.post(chat)).json()).toMatchObject({ model: 'm' })
  expect(at.upstream.received[0]).toMatchObject({ text: expect.stringContaining('"model":"m"') })
  expect(other.received[0]).toMatchObject({
    text: expect.stringContaining('"model":"their-name"'),
    headers: { authorization: 'Bearer theirs' },
  })
})

test('a server of one organisation is nobody else’s: neither listed nor found', async () => {
  serve(own({ onlyFor: 'org_2' }))
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 404, code: 'model_not_found' })
  const list = await fetch(`${at.url}/v1/models`, { headers: { authorization: 'Bearer sk-good' } })
  expect(await list.json()).toEqual({ object: 'list', data: [] })
})
