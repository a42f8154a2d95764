import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCallerAddress } from '../../../platform/http/index.ts'
import { answer, chat, data, errorOf, piece, until, usagePiece } from './test-answers.ts'
import { keyRecord, memberAt, startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway

beforeEach(async () => {
  at = await startTestGateway()
})

afterEach(() => at.close())

test('a plain answer comes back as it was and is booked before it arrives', async () => {
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
  const response = await at.post(chat)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe(answer())
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/)
  expect(await at.booked()).toEqual([
    expect.objectContaining({
      id: response.headers.get('x-request-id'),
      organisationId: 'org_1',
      projectId: 'prj_1',
      keyId: 'key_1',
      model: 'm',
      outcome: 'completed',
      status: 200,
      promptTokens: 5,
      completionTokens: 2,
      estimated: false,
      costMicros: 9n,
    }),
  ])
})

test('the official client gets plain and streamed answers', async () => {
  const client = new OpenAI({ baseURL: `${at.url}/v1`, apiKey: 'sk-good', maxRetries: 0 })
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer('Plain.')))
  const plain = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] })
  expect(plain.choices[0]?.message.content).toBe('Plain.')
  at.upstream.answerWith((_, res) =>
    res
      .setHeader('content-type', 'text/event-stream')
      .end(piece('Strea') + piece('med.') + usagePiece + data('[DONE]')),
  )
  const stream = await client.chat.completions.create({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let tokens = 0
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    tokens = chunk.usage?.completion_tokens ?? tokens
  }
  expect([text, tokens]).toEqual(['Streamed.', 3])
  expect((await client.models.list()).data.map((model) => model.id)).toEqual(['m'])
  expect((await client.models.retrieve('m')).id).toBe('m')
})

test('the model’s server sees the caller’s body and none of the caller’s headers', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  const raw = '{"model":"m",  "messages":[{"role":"user","content":"\\u00fc"}], "unknown_field": {"kept": 1.0}}'
  await (await at.post(null, { raw, headers: { cookie: 'session=1', 'x-mine': 'private', 'user-agent': 'me' } })).text()
  const [one] = at.upstream.received
  expect(one?.text).toBe(raw)
  expect(one?.headers).toMatchObject({ authorization: 'Bearer upstream-secret' })
  expect(one?.headers).not.toHaveProperty('cookie')
  expect(one?.headers).not.toHaveProperty('x-mine')
  expect(one?.headers['user-agent']).not.toBe('me')
})

test('a call is booked with whence it came, behind a trusted proxy too, where the policy keeps it', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  const noted: unknown[] = []
  const note = (...origin: unknown[]) => String(noted.push(origin)).padEnd(40, '-')
  const behind = await startTestGateway({
    origins: { note },
    deps: { addressOf: createCallerAddress(['127.0.0.1']) },
  })
  behind.upstream.answerWith((_, res) => res.end(answer()))
  await (await behind.post(chat, { headers: { 'user-agent': 'me/1', 'x-forwarded-for': '203.0.113.9' } })).text()
  expect(noted).toEqual([['203.0.113.9', 'me/1']])
  expect(await behind.booked()).toMatchObject([{ origin: '1'.padEnd(40, '-') }])
  await behind.close()
  await (await at.post(chat)).text()
  expect(await at.booked()).toMatchObject([{ origin: null }])
})

test('a stream arrives piece by piece; its usage chunk is hidden unless asked for, and booked', async () => {
  let finish = (): void => undefined
  at.upstream.answerWith((_, res) => {
    res.setHeader('content-type', 'text/event-stream').write(piece('one'))
    finish = () => void res.end(piece('two') + usagePiece + data('[DONE]'))
  })
  const response = await at.post({ ...chat, stream: true })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe(piece('one'))
  finish()
  let rest = ''
  for (let next = await reader.read(); !next.done; next = await reader.read()) rest += next.value
  expect(rest).toBe(piece('two') + data('[DONE]'))
  expect(JSON.parse(at.upstream.received[0]!.text)).toMatchObject({ stream_options: { include_usage: true } })
  expect(await at.booked()).toEqual([
    expect.objectContaining({
      stream: true,
      outcome: 'completed',
      promptTokens: 5,
      completionTokens: 3,
      estimated: false,
    }),
  ])
})

test('a stream without a usage chunk is booked by its pieces and marked as estimated', async () => {
  at.upstream.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(piece('a') + piece('b') + data('[DONE]')),
  )
  await (await at.post({ ...chat, stream: true })).text()
  expect(await at.booked()).toEqual([
    expect.objectContaining({ outcome: 'completed', completionTokens: 2, estimated: true }),
  ])
})

test('a caller that hangs up stops the model’s server at once and is booked for what was produced', async () => {
  at.upstream.answerWith((_, res) => {
    res.setHeader('content-type', 'text/event-stream').write(piece('a') + piece('b') + piece('c'))
  })
  const hangUp = new AbortController()
  const response = await at.post({ ...chat, stream: true }, { signal: hangUp.signal })
  await response.body!.getReader().read()
  hangUp.abort()
  await until(() => at.upstream.cancelled() === 1)
  await until(async () => (await at.booked()).length === 1)
  expect(await at.booked()).toEqual([
    expect.objectContaining({ outcome: 'client_gone', completionTokens: 3, estimated: true }),
  ])
})

test('a caller that hangs up before a plain answer stops the model’s server too', async () => {
  at.upstream.answerWith(() => undefined)
  const hangUp = new AbortController()
  const response = at.post(chat, { signal: hangUp.signal })
  await until(() => at.upstream.received.length === 1)
  hangUp.abort()
  await expect(response).rejects.toThrow()
  await until(() => at.upstream.cancelled() === 1)
  await until(() => at.gateway.activeCalls() === 0)
})

test('answers name the model as the caller did, whatever its server calls it', async () => {
  const route = at.models.get('m')!
  at.models.set('mine', { ...route, id: 'mine' })
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer('"model":"m" é')))
  const plain = await at.post({ ...chat, model: 'mine' })
  expect(await plain.text()).toBe(answer('"model":"m" é').replace('"model":"m",', '"model":"mine",'))
  at.upstream.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(piece('é') + usagePiece + data('[DONE]')),
  )
  const wish = { stream: true, stream_options: { include_usage: true } }
  const stream = await (await at.post({ ...chat, ...wish, model: 'mine' })).text()
  expect(stream).toBe((piece('é') + usagePiece).replaceAll('"model":"m"', '"model":"mine"') + data('[DONE]'))
  expect(JSON.parse(at.upstream.received[0]!.text)).toMatchObject({ model: 'm' })
})

test('counts that come beside the last choice reach the caller who asked for them as OpenAI sends them', async () => {
  const counts = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' }
  const finish = [{ index: 0, delta: {}, finish_reason: 'stop' }]
  const last = data({ ...head, usage: counts, choices: finish })
  at.upstream.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(piece('a') + last + data('[DONE]')),
  )
  const bare = piece('a') + data({ ...head, choices: finish })
  expect(await (await at.post({ ...chat, stream: true })).text()).toBe(bare + data('[DONE]'))
  const asked = await at.post({ ...chat, stream: true, stream_options: { include_usage: true } })
  expect(await asked.text()).toBe(bare + data({ ...head, usage: counts, choices: [] }) + data('[DONE]'))
  expect((await at.booked()).map((event) => [event.completionTokens, event.estimated])).toEqual([
    [3, false],
    [3, false],
  ])
})

test('missing, wrong, revoked and expired keys are 401 as OpenAI words it', async () => {
  at.keys.set('sk-revoked', keyRecord({ keyId: 'key_2', state: 'revoked' }))
  at.keys.set('sk-expired', keyRecord({ keyId: 'key_3', expiresAtMs: 1 }))
  expect(await errorOf(await at.post(chat, { key: null }))).toMatchObject({
    status: 401,
    type: 'invalid_request_error',
    code: null,
  })
  for (const key of ['sk-none', 'sk-revoked', 'sk-expired']) {
    expect(await errorOf(await at.post(chat, { key }))).toMatchObject({
      status: 401,
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    })
  }
  expect(at.upstream.received).toEqual([])
})

test('a revoked key stops working with the notice of its change', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  expect((await at.post(chat)).status).toBe(200)
  at.keys.set('sk-good', keyRecord({ state: 'revoked' }))
  at.changeKey('key_1')
  expect((await at.post(chat)).status).toBe(401)
})

test('unknown models and models that the key may not use look the same', async () => {
  at.keys.set('sk-narrow', keyRecord({ keyId: 'key_2', allowedModels: new Set(['other']) }))
  const unknown = await errorOf(await at.post({ ...chat, model: 'nope' }))
  const forbidden = await errorOf(await at.post(chat, { key: 'sk-narrow' }))
  expect(unknown).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
  expect({ ...forbidden, message: '' }).toEqual({ ...unknown, message: '' })
  const list = await fetch(`${at.url}/v1/models`, { headers: { authorization: 'Bearer sk-narrow' } })
  expect(await list.json()).toEqual({ object: 'list', data: [] })
})

test('a model that is not ready says what to do', async () => {
  at.models.set('later', {
    ...at.models.get('m')!,
    id: 'later',
    members: [memberAt(null, { reason: 'it is being downloaded (12 of 240 MB); try again soon.' })],
  })
  const response = await at.post({ ...chat, model: 'later' })
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await errorOf(response)).toMatchObject({
    status: 503,
    code: 'model_not_ready',
    message: expect.stringContaining('12 of 240 MB'),
  })
})

test('bad JSON, wrong parameters and bodies that are too large are refused before any model sees them', async () => {
  expect(await errorOf(await at.post(null, { raw: '{"model": "m", ' }))).toMatchObject({
    status: 400,
    type: 'invalid_request_error',
  })
  expect(await errorOf(await at.post({ messages: [] }))).toMatchObject({ status: 400, param: 'model' })
  expect(await errorOf(await at.post({ ...chat, padding: 'x'.repeat(100_001) }))).toMatchObject({ status: 413 })
  const unsized = new ReadableStream({
    start: (to) => {
      to.enqueue(new Uint8Array(200_000))
      to.close()
    },
  })
  const chunked = await fetch(`${at.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-good' },
    body: unsized,
    duplex: 'half',
  } as RequestInit)
  expect(await errorOf(chunked)).toMatchObject({ status: 413 })
  expect(at.upstream.received).toEqual([])
})

test('unknown routes and methods say what there is', async () => {
  const headers = { authorization: 'Bearer sk-good' }
  expect(await errorOf(await fetch(`${at.url}/v1/nothing`, { headers }))).toMatchObject({
    status: 404,
    message: expect.stringContaining('POST /v1/chat/completions'),
  })
  const wrong = await fetch(`${at.url}/v1/chat/completions`, { headers })
  expect(wrong.headers.get('allow')).toBe('POST')
  expect(wrong.status).toBe(405)
})

test('a key’s limits answer 429 with Retry-After and OpenAI’s headers', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  at.keys.set('sk-slow', keyRecord({ keyId: 'key_2', requestsPerMinute: 1 }))
  const first = await at.post(chat, { key: 'sk-slow' })
  expect([
    first.status,
    first.headers.get('x-ratelimit-limit-requests'),
    first.headers.get('x-ratelimit-remaining-requests'),
  ]).toEqual([200, '1', '0'])
  const second = await at.post(chat, { key: 'sk-slow' })
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(50)
  expect(await errorOf(second)).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' })
})

test('requests, tokens and refusals are counted for the operator', async () => {
  at.upstream.answerWith((_, res) => res.end(answer()))
  await (await at.post(chat)).text()
  await (await at.post(chat, { key: 'sk-none' })).text()
  const metrics = await at.registry.metrics()
  expect(metrics).toContain('avow_inference_requests_total{model="m",outcome="completed"} 1')
  expect(metrics).toContain('avow_inference_tokens_total{model="m",kind="prompt"} 5')
  expect(metrics).toContain('avow_inference_refusals_total{code="invalid_api_key"} 1')
  expect(metrics).toContain('avow_inference_requests_active 0')
})
