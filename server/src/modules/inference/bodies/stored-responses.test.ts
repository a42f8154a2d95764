import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { data, errorOf, piece, until, usagePiece } from '../gateway/test-answers.ts'
import { keyRecord, type TestGateway } from '../gateway/test-gateway.ts'
import { bodyBytesKept } from './capture.ts'
import { type Fields, type How, type Work, withResponses } from './test-responses.ts'

let database: TestDatabase
let vault: Vault
beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
})
afterAll(async () => {
  await vault.close()
  await database.close()
})
beforeEach(() => database.pool.query('truncate kept_call'))

const withGateway = (work: Work, how?: How) => withResponses({ database, vault, map: dataMap }, work, how)

const rows = async (): Promise<number> => (await database.pool.query('select 1 from kept_call')).rows.length
const sentLast = (at: TestGateway): Fields => JSON.parse(at.upstream.received.at(-1)?.text ?? '') as Fields

test('a response is had again by its id, with what it was asked, until it is deleted', async () => {
  await withGateway(async ({ created, got, send }) => {
    const response = await created({ metadata: { a: 'b' }, instructions: 'Be short.' })
    expect(response).toMatchObject({
      store: true,
      status: 'completed',
      metadata: { a: 'b' },
      instructions: 'Be short.',
    })
    expect(await got(`/${response.id}`)).toEqual(response)
    expect(await got(`/${response.id}/input_items`)).toMatchObject({
      ...{ object: 'list', has_more: false },
      data: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }],
    })
    const deleted = await send('DELETE', `/${response.id}`)
    expect(await deleted.json()).toEqual({ id: response.id, object: 'response', deleted: true })
    expect(await rows()).toBe(0)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/input_items'],
      ['DELETE', ''],
    ] as const)
      expect(await errorOf(await send(method, `/${response.id}${path}`))).toMatchObject({
        status: 404,
        code: 'response_not_found',
      })
  })
})

test('a client may refer to an item of a stored response instead of repeating it; what is not stored is refused', async () => {
  await withGateway(async ({ created, create }, at) => {
    const { output } = await created()
    const [item] = output as { id: string }[]
    const reference = { type: 'item_reference', id: item?.id }
    const next = { role: 'user', content: 'and now?' }
    const { id } = await created({ input: [reference, next] })
    expect(sentLast(at)['messages']).toEqual([
      { role: 'assistant', content: expect.any(String) },
      { role: 'user', content: 'and now?' },
    ])
    await created({ input: 'more', previous_response_id: id })
    expect((sentLast(at)['messages'] as object[]).slice(0, 2)).toMatchObject([{ role: 'assistant' }, next])
    for (const unknown of [
      { ...reference, id: 'msg_0_0' },
      { ...reference, id: '../x' },
    ])
      expect(await errorOf(await create({ input: [next, unknown] }))).toMatchObject({
        ...{ status: 400, code: 'invalid_value', param: 'input[1].id' },
      })
    expect((await create({ input: [reference] }, { key: 'sk-other' })).status).toBe(400)
  })
})

test('another project’s key, and a call of another kind, find nothing', async () => {
  await withGateway(async ({ created, send, create }, at) => {
    const { id } = await created()
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/input_items'],
      ['DELETE', ''],
    ] as const)
      expect((await send(method, `/${id}${path}`, undefined, { key: 'sk-other' })).status).toBe(404)
    const goneOn = await create({ previous_response_id: id }, { key: 'sk-other' })
    expect(await errorOf(goneOn)).toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    })
    expect((await send('GET', `/${id}`, undefined, { key: 'sk-none' })).status).toBe(401)
    const chat = await at.post({ model: 'm', messages: [{ role: 'user', content: 'hello' }] })
    const chatId = chat.headers.get('x-request-id')?.replace('req_', 'resp_')
    expect((await send('GET', `/${chatId}`)).status).toBe(404)
    expect((await send('GET', `/${id}`)).status).toBe(200)
  })
})

test('a conversation goes on from what is stored, and not over what was deleted of it', async () => {
  await withGateway(async ({ created, create, got, send }, at) => {
    const first = await created({ input: 'one', instructions: 'Only now.' })
    const second = await created({ input: 'two', previous_response_id: first.id })
    await created({ input: 'three', previous_response_id: second.id })
    expect(sentLast(at)['messages']).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'Hi.' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'Hi.' },
      { role: 'user', content: 'three' },
    ])
    expect(await got(`/${second.id}`)).toMatchObject({ previous_response_id: first.id })
    expect((await got(`/${second.id}/input_items`))['data']).toMatchObject([{ content: [{ text: 'two' }] }])
    await send('DELETE', `/${first.id}`)
    const late = await create({ input: 'four', previous_response_id: second.id })
    expect(await errorOf(late)).toMatchObject({ status: 400, code: 'previous_response_not_found' })
    expect(await rows()).toBe(2)
  })
})

test('a stream is stored as the response that it ended with; one that the caller left, as far as it came', async () => {
  await withGateway(async ({ create, got }, at) => {
    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream')
      res.end(piece('Whole.') + usagePiece + data('[DONE]'))
    })
    const text = await (await create({ stream: true })).text()
    const id = /"id":"(resp_\w+)"/.exec(text)?.[1]
    expect(text).not.toContain('[DONE]')
    expect(await got(`/${id}`)).toMatchObject({
      status: 'completed',
      store: true,
      output: [{ content: [{ text: 'Whole.' }] }],
    })

    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream')
      res.write(piece('First.'))
    })
    const leave = new AbortController()
    const left = await create({ stream: true }, { signal: leave.signal })
    await left.body?.getReader().read()
    leave.abort()
    await until(() => at.gateway.activeCalls() === 0)
    const leftId = left.headers.get('x-request-id')?.replace('req_', 'resp_')
    expect(await got(`/${leftId}`)).toMatchObject({ status: 'cancelled', output: [{ content: [{ text: 'First.' }] }] })
    expect(await at.booked()).toMatchObject([
      { outcome: 'completed', promptTokens: 5, completionTokens: 3 },
      { outcome: 'client_gone', completionTokens: 1 },
    ])
  })
})

test('a caller learns that a response has begun before anything of it is there', async () => {
  await withGateway(async ({ create }, at) => {
    let go = (): void => undefined
    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream').flushHeaders()
      go = () => res.end(piece('Late.') + usagePiece + data('[DONE]'))
    })
    const reader = (await create({ stream: true })).body?.getReader()
    const first = Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(first).toMatch(/^event: response.created\n.+\n\nevent: response.in_progress\n.+\n\n$/)
    go()
    let rest = ''
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
      rest += Buffer.from(read.value)
    expect(rest).toMatch(/^event: response.output_item.added\n[\s\S]+event: response.completed\n.+\n\n$/)
  })
})

test('a call that nobody answered is no response', async () => {
  await withGateway(async ({ create, send }, at) => {
    at.upstream.answerWith((_, res) => res.writeHead(500).end('{}'))
    const failed = await create({})
    expect(failed.status).toBe(502)
    const id = failed.headers.get('x-request-id')?.replace('req_', 'resp_')
    expect((await send('GET', `/${id}`)).status).toBe(404)
    expect(await rows()).toBe(1)
  })
})

test('a project that keeps nothing stores nothing: the answer says so, and who asks for it is refused before a model is', async () => {
  await withGateway(
    async ({ created, create }, at) => {
      expect(await created()).toMatchObject({ store: false, status: 'completed' })
      expect(await created({ store: false })).toMatchObject({ store: false })
      const asked = at.upstream.received.length
      expect(await errorOf(await create({ store: true }))).toMatchObject({
        status: 400,
        code: 'store_not_allowed',
        param: 'store',
      })
      const chat = await at.post({ model: 'm', messages: [{ role: 'user', content: 'hello' }], store: true })
      expect(await errorOf(chat)).toMatchObject({ status: 400, code: 'store_not_allowed', param: 'store' })
      expect(at.upstream.received.length).toBe(asked)
    },
    { isKeeping: () => false },
  )
  expect(await rows()).toBe(0)
})

test('what says `store: false` is not stored by a project that keeps, and nobody can go on from it', async () => {
  await withGateway(async ({ created, create, send }) => {
    const response = await created({ store: false })
    expect(response).toMatchObject({ store: false })
    expect((await send('GET', `/${response.id}`)).status).toBe(404)
    expect(await errorOf(await create({ previous_response_id: response.id }))).toMatchObject({ status: 400 })
  })
  expect(await rows()).toBe(0)
})

test('what is too large to be kept whole is not stored, and who asked for it is told', async () => {
  await withGateway(async ({ created, create }) => {
    const input = 'x'.repeat(bodyBytesKept)
    expect(await created({ input })).toMatchObject({ store: false })
    expect(await errorOf(await create({ input, store: true }))).toMatchObject({ status: 400, param: 'store' })
  })
  expect(await rows()).toBe(0)
})

test('no model’s server is asked to store anything, whatever the caller says', async () => {
  await withGateway(async ({ created }, at) => {
    const chat = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
    for (const store of [true, null, false]) {
      await (await at.post({ ...chat, store })).text()
      expect(sentLast(at)).toEqual({ ...chat, store: false })
    }
    for (const store of [true, null, undefined]) {
      await created({ store, metadata: { of: 'us' } })
      expect(Object.keys(sentLast(at))).toEqual(['model', 'messages'])
    }
  })
})

test('while the database is away a response is answered, and what is stored is 503', async () => {
  const away = () => Promise.reject(new Error('away'))
  await withGateway(
    async ({ created, create, send }) => {
      const { id } = await created({ store: false })
      for (const method of ['GET', 'DELETE']) {
        const error = await errorOf(await send(method, `/${id}`))
        expect(error).toMatchObject({ status: 503, code: 'responses_unavailable' })
      }
      expect(await errorOf(await create({ previous_response_id: id }))).toMatchObject({
        status: 503,
        code: 'responses_unavailable',
      })
    },
    { changed: () => ({ find: away, remove: away }) },
  )
})

test('what the policy lets nobody read is 403', async () => {
  const refused = () =>
    Promise.reject(new Error('a query failed', { cause: new Refusal('policy_refused', 'No purpose.') }))
  await withGateway(
    async ({ send, create }) => {
      expect(await errorOf(await send('GET', '/resp_1'))).toMatchObject({ status: 403, code: 'policy_refused' })
      expect(await errorOf(await create({ previous_response_id: 'resp_1' }))).toMatchObject({ status: 403 })
    },
    { changed: () => ({ find: refused, remove: refused }) },
  )
})

test('input items come page by page, newest first or oldest first', async () => {
  await withGateway(async ({ created, got, send }) => {
    const { id } = await created({ input: ['a', 'b', 'c'].map((content) => ({ role: 'user', content })) })
    const page = async (query: string) =>
      (await got(`/${id}/input_items?${query}`)) as Fields & { data: Fields[]; last_id: string }
    const texts = ({ data: items }: { data: Fields[] }) =>
      items.map(({ content }) => (content as Fields[])[0]?.['text'])
    const first = await page('limit=2')
    expect([texts(first), first['has_more']]).toEqual([['c', 'b'], true])
    const second = await page(`limit=2&after=${first.last_id}`)
    expect([texts(second), second['has_more']]).toEqual([['a'], false])
    expect(texts(await page('order=asc'))).toEqual(['a', 'b', 'c'])
    for (const query of ['limit=0', 'order=up', 'after=none', 'include=x'])
      expect((await send('GET', `/${id}/input_items?${query}`)).status).toBe(400)
    for (const [method, path] of [
      ['POST', `/${id}`],
      ['DELETE', `/${id}/input_items`],
    ] as const)
      expect((await send(method, path)).status).toBe(405)
    expect((await send('GET', `/${id}/cancel`)).status).toBe(404)
    expect((await send('GET', `/${id}?stream=true`)).status).toBe(400)
  })
})

test('reading what is stored counts against the key’s requests', async () => {
  await withGateway(async ({ created, send }, at) => {
    const { id } = await created()
    at.keys.set('sk-slow', keyRecord({ keyId: 'key_3', requestsPerMinute: 1 }))
    expect((await send('GET', `/${id}`, undefined, { key: 'sk-slow' })).status).toBe(200)
    expect((await send('GET', `/${id}`, undefined, { key: 'sk-slow' })).status).toBe(429)
  })
})

test('a model’s server that sends something else is 502, and a body that is none 400', async () => {
  await withGateway(async ({ create }, at) => {
    for (const text of ['<html>', '{}', '[]']) {
      at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(text))
      expect(await errorOf(await create({}))).toMatchObject({ status: 502, code: 'upstream_malformed' })
    }
    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream')
      res.end(piece('Half') + data('{"not json'))
    })
    const events = await (await create({ stream: true })).text()
    expect(events).toMatch(/event: response\.failed\ndata: .*is not an answer/)
    const deep = (of: number) =>
      `{"model":"m","input":"x","metadata":null,"tools":[{"type":"function","name":"f","parameters":${'{"a":'.repeat(of)}1${'}'.repeat(of)}}]}`
    for (const body of ['{"model"', '[]', '7', deep(600), deep(100_000)]) {
      const wrong = { method: 'POST', headers: { authorization: 'Bearer sk-good' }, body }
      expect((await fetch(`${at.url}/v1/responses`, wrong)).status).toBe(400)
    }
    at.upstream.answerWith((_, res) =>
      res
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: 'too long', param: 'max_completion_tokens', code: 'invalid_value' } })),
    )
    expect(await errorOf(await create({ max_output_tokens: 5 }))).toMatchObject({
      status: 400,
      param: 'max_output_tokens',
    })
  })
})
