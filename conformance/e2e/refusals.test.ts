import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import { errorOf } from '../src/expect-error.ts'
import {
  addModel,
  booked,
  createKey,
  expectBooked,
  hello,
  openaiClient,
  script,
  startWithMock,
} from '../src/inference.ts'
import type { MockUpstream } from '../src/mock-upstream.ts'
import { ok } from '../src/people.ts'
import type { RunningAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream

beforeAll(async () => {
  const stage = await startWithMock()
  avow = stage.avow
  mock = stage.mock
  return stage.end
})

describe('errors come in the shape of OpenAI, typed by its client', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${avow.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${avow.apiKey}`, 'content-type': 'application/json', ...headers },
      body,
    })
  const shape = { error: { message: expect.stringMatching(/.{10}/), type: expect.any(String) } }

  test('wrong, missing, revoked and expired keys', async () => {
    for (const wrong of [
      'wrong',
      `${avow.apiKey}x`,
      avow.apiKey.slice(0, -1),
      avow.apiKey.toUpperCase(),
      'sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    ]) {
      const error = await errorOf(openaiClient(avow, wrong).models.list())
      expect(error).toBeInstanceOf(OpenAI.AuthenticationError)
      expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' })
    }
    const missing = await fetch(`${avow.url}/v1/models`)
    expect({ status: missing.status, body: await missing.json() }).toMatchObject({ status: 401, body: shape })

    const expiring = await createKey(avow, 'short-lived', { expiresAt: new Date(Date.now() + 1500).toISOString() })
    await expiring.openai.models.list()
    await sleep(2000)
    expect(await errorOf(expiring.openai.models.list())).toMatchObject({ status: 401, code: 'invalid_api_key' })
  })

  test('the operator token and a session token are no API keys, and an API key is no session', async () => {
    expect((await errorOf(openaiClient(avow, avow.operatorToken).models.list())).status).toBe(401)
    expect((await avow.api(avow.apiKey).GET('/api/v1/me')).response.status).toBe(401)
  })

  test('a model that does not exist', async () => {
    const error = await errorOf(
      openaiClient(avow, avow.apiKey).chat.completions.create({ model: 'gpt-none', messages: hello }),
    )
    expect(error).toBeInstanceOf(OpenAI.NotFoundError)
    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      message: expect.stringContaining('gpt-none'),
    })
  })

  test('bodies that are not JSON, not an object, without model or messages, or too large', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"model":"mock"',
      '{"messages":[]}',
      '{"model":5,"messages":[]}',
      '{"model":"mock","messages":"hi"}',
    ]) {
      const response = await post(body)
      expect([body, response.status]).toEqual([body, 400])
      expect(await response.json()).toMatchObject(shape)
    }
    const large = await post(
      JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'x'.repeat(21 * 1024 * 1024) }] }),
    )
    expect({ status: large.status, body: await large.json() }).toMatchObject({ status: 413, body: shape })
  })

  test('parameters that the built-in engine does not know are refused by name, never dropped', async () => {
    for (const more of [
      { n: 2 },
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      { logprobs: true },
      { no_such_parameter: 1 },
    ]) {
      const response = await post(JSON.stringify({ model: 'avow-tiny', messages: hello, ...more }))
      expect([more, response.status]).toEqual([more, 400])
      expect(JSON.stringify(await response.json())).toContain(Object.keys(more)[0])
    }
  })

  test('a prompt longer than the context', async () => {
    const error = await errorOf(
      openaiClient(avow, avow.apiKey).chat.completions.create({
        model: 'avow-tiny',
        messages: [{ role: 'user', content: 'sky '.repeat(20_000) }],
      }),
    )
    expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded' })
  })

  test('bytes that are no request, or a strange one, never cost the next caller anything', async () => {
    const good = JSON.stringify({ model: 'mock', messages: script({ tokens: 1 }) })
    const strange = [
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from(`\ufeff${good}`),
      Buffer.concat([
        Buffer.from('{"model":"mock","messages":[{"role":"user","content":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}]}'),
      ]),
      ...[
        `${'['.repeat(100_000)}`,
        `{"model":"mock","messages":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
        '{"model":"mock","model":"avow-tiny","messages":[]}',
        '{"model":"mock\\u0000","messages":[]}',
        '{"model":"\\ud800","messages":[]}',
        `{"model":"${'x'.repeat(100_000)}","messages":[]}`,
        '{"model":"mock","messages":[{"role":"user","content":"x"}],"max_tokens":1e999}',
        '{"model":"mock","messages":[{"role":"user","content":"x"}],"max_tokens":-5}',
        '{"model":"mock","messages":[{"role":"user","content":"x"}],"stream":"yes"}',
        '{"model":"mock","messages":[{"role":"user","content":"x"}],"stream_options":7,"stream":true}',
        '{"__proto__":{"model":"mock"},"messages":[]}',
        `${good}${good}`,
        `${good} trailing`,
      ].map((text) => Buffer.from(text)),
    ]
    for (const body of strange) {
      const headers = { authorization: `Bearer ${avow.apiKey}`, 'content-type': 'application/json' }
      const response = await fetch(`${avow.url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      })
      await response.text()
      expect([body.subarray(0, 60).toString(), response.status < 500]).toEqual([body.subarray(0, 60).toString(), true])
    }
    for (const raw of [
      '\r\n\r\n',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{',
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n`,
    ]) {
      const socket = connect(Number(new URL(avow.url).port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(raw)
      await sleep(50)
      socket.destroy()
    }
    expect((await post(good)).status).toBe(200)
  })

  test('paths and methods that there are not', async () => {
    const headers = { authorization: `Bearer ${avow.apiKey}` }
    const path = await fetch(`${avow.url}/v1/nonsense`, { headers })
    expect({ status: path.status, body: await path.json() }).toMatchObject({ status: 404, body: shape })
    const method = await fetch(`${avow.url}/v1/chat/completions`, { headers })
    expect({ status: method.status, body: await method.json() }).toMatchObject({ status: 405, body: shape })
  })

  test('an upstream that fails, refuses, is gone, or breaks off', async () => {
    const key = await createKey(avow, 'faults')
    const ask = (of: unknown, stream = false) =>
      key.openai.chat.completions.create({ model: 'mock', messages: script(of), stream })
    expect((await errorOf(ask({ status: 500 }))).status).toBe(502)
    expect((await errorOf(ask({ status: 503 }))).status).toBe(503)
    expect((await errorOf(ask({ status: 429 }))).status).toBe(429)
    expect((await errorOf(ask({ status: 400 }))).status).toBe(400)
    expect((await errorOf(ask({ status: 401 }))).status).toBe(502)
    await addModel(avow, 'gone', 'http://127.0.0.1:9/v1')
    const gone = await errorOf(key.openai.chat.completions.create({ model: 'gone', messages: hello }))
    expect(gone.status).toBe(502)
    expect(gone.message).not.toContain('127.0.0.1')
    expect(await booked(avow, key.id)).toMatchObject({ promptTokens: 0, completionTokens: 0 })

    const stream = (await ask(
      { tokens: 50, dropAfter: 10, delayMs: 5 },
      true,
    )) as AsyncIterable<OpenAI.ChatCompletionChunk>
    let received = 0
    const read = async (): Promise<void> => {
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) received += 1
    }
    expect((await errorOf(read())).message).toMatch(/broke off|cut/i)
    expect(received).toBe(10)
    await expectBooked(avow, key.id, { completionTokens: 10 })
  })
})

describe('keys', () => {
  const path = () => ({ projectId: avow.firstRun.project.id })

  test('a revoked key is refused a second later at the latest', async () => {
    const key = await createKey(avow, 'revoked')
    await key.openai.models.list()
    await ok(
      avow
        .api()
        .DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { ...path(), keyId: key.id } } }),
    )
    await sleep(1000)
    expect(await errorOf(key.openai.models.list())).toMatchObject({ status: 401, code: 'invalid_api_key' })
  })

  test('a rotated key works on for the overlap beside the new one, and not without an overlap', async () => {
    const key = await createKey(avow, 'rotated')
    const rotate = (overlapSeconds: number, keyId: string) =>
      ok(
        avow.api().POST('/api/v1/projects/{projectId}/keys/{keyId}/rotate', {
          params: { path: { ...path(), keyId } },
          body: { overlapSeconds },
        }),
      )
    const second = await rotate(3600, key.id)
    await key.openai.models.list()
    await openaiClient(avow, second.secret!).models.list()
    const third = await rotate(0, second.id)
    await sleep(1000)
    expect((await errorOf(openaiClient(avow, second.secret!).models.list())).status).toBe(401)
    await openaiClient(avow, third.secret!).models.list()
  })

  test('limits of requests and tokens per minute answer 429 with Retry-After, and only for that key', async () => {
    const few = await createKey(avow, 'few requests', { requestsPerMinute: 2 })
    const ask = () => few.openai.chat.completions.create({ model: 'mock', messages: script({ tokens: 1 }) })
    await ask()
    await ask()
    const error = await errorOf(ask())
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0)

    const small = await createKey(avow, 'few tokens', { tokensPerMinute: 50 })
    await small.openai.chat.completions.create({ model: 'mock', messages: script({ tokens: 60 }), max_tokens: 20 })
    expect(
      (
        await errorOf(
          small.openai.chat.completions.create({ model: 'mock', messages: script({ tokens: 60 }), max_tokens: 20 }),
        )
      ).status,
    ).toBe(429)
    await openaiClient(avow, avow.apiKey).chat.completions.create({ model: 'mock', messages: script({ tokens: 1 }) })
  })

  test('limits of a project and an organisation hold for all its keys, by the very next call, and name themselves', async () => {
    const keys = [await createKey(avow, 'one of two'), await createKey(avow, 'two of two')] as const
    const ask = (key: (typeof keys)[number]) =>
      key.openai.chat.completions.create({ model: 'mock', messages: script({ tokens: 1 }) }).withResponse()
    const path = { organisationId: avow.firstRun.organisation.id }
    const address = '/api/v1/organisations/{organisationId}/limits'
    const set = (body: Record<string, string | number | null>) =>
      ok(avow.api().PATCH(address, { params: { path }, body }))
    const { id: projectId } = avow.firstRun.project

    expect(await set({ projectId, concurrentRequests: 1 })).toMatchObject({ scope: 'project', concurrentRequests: 1 })
    const answer = { tokens: 1000, delayMs: 20 }
    const open = await keys[0].openai.chat.completions.create({ model: 'mock', messages: script(answer), stream: true })
    const error = await errorOf(ask(keys[1]))
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(error.message).toContain('this project: 1 requests at once')
    open.controller.abort()
    await set({ projectId, concurrentRequests: null })

    const byHand = await avow.cli(['limits', 'set', '--rpm', '2', '--tpm', '100000', '--json'])
    expect(JSON.parse(byHand.stdout)).toMatchObject({ scope: 'organisation', tokensPerMinute: 100_000 })
    const { response } = await ask(keys[0])
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2')
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('1')
    await ask(keys[1])
    const refused = await errorOf(ask(keys[0]))
    expect([refused.status, Number(refused.headers?.get('retry-after')) > 0]).toEqual([429, true])
    expect(refused.message).toContain('this organisation: 2 requests per minute')
    expect((await avow.cli(['limits', 'list'])).stdout).toMatch(/organisation +2 +100000 +any/)
    await set({ requestsPerMinute: null, tokensPerMinute: null })
    expect((await ok(avow.api().GET(address, { params: { path } }))).items).toEqual([])
    const foreign = avow.api().PATCH(address, { params: { path }, body: { projectId: 'prj_of_others' } })
    expect((await foreign).response.status).toBe(400)
    await ask(keys[0])
  })

  test('the caller’s key never reaches the upstream', async () => {
    const key = await createKey(avow, 'secret')
    await key.openai.chat.completions.create({ model: 'mock', messages: script({ tokens: 1, name: 'headers' }) })
    const row = mock.produced.find(({ name }) => name === 'headers')!
    expect(JSON.stringify(row.headers)).not.toContain(key.secret)
    expect(row.headers).not.toHaveProperty('cookie')
  })
})
