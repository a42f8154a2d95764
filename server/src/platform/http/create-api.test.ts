import { endpoint, open, person } from '@avow/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createLog } from '../log/index.ts'
import type { Vault } from '../vault/index.ts'
import { openTestVault } from '../vault/test-vault.ts'
import { createApi } from './create-api.ts'
import { decodeCursor } from './page.ts'
import { Refusal } from './problem.ts'
import { route } from './route.ts'

const create = endpoint({
  readsFor: ['provide'],
  id: 'things.create',
  method: 'POST',
  path: '/things/{thingId}',
  tag: 'Test',
  summary: 'Create',
  access: open,
  params: z.object({ thingId: z.string() }),
  query: z.object({ limit: z.coerce.number().int().max(10).default(5) }),
  body: z.object({ name: z.string().min(2) }),
  status: 201,
  response: z.object({ id: z.string(), secret: z.string().nullable(), limit: z.number() }),
  shownOnce: ['secret'],
  errors: [],
})
const fail = endpoint({
  readsFor: ['provide'],
  id: 'things.fail',
  method: 'POST',
  path: '/fail',
  tag: 'Test',
  summary: 'Fail',
  access: open,
  body: z.object({ how: z.string() }),
  status: 204,
  errors: ['conflict'],
})
const mine = endpoint({
  readsFor: ['provide'],
  id: 'things.mine',
  method: 'GET',
  path: '/mine',
  tag: 'Test',
  summary: 'Mine',
  access: person,
  status: 200,
  response: z.object({}),
  errors: ['not_signed_in'],
})

const whence = endpoint({
  readsFor: ['provide'],
  id: 'things.whence',
  method: 'GET',
  path: '/whence',
  tag: 'Test',
  summary: 'Whence',
  access: open,
  status: 200,
  response: z.object({ ipAddress: z.string() }),
  errors: [],
})

let database: TestDatabase
let vault: Vault
let api: FastifyInstance
const written: string[] = []
let made = 0

beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  await database.pool.query('create table thing (name text primary key)')
  api = createApi({
    database,
    vault,
    clock: systemClock,
    log: createLog('debug', { write: (line) => written.push(line) }),
    authorise: async (_tx, access) => {
      if (access.kind !== 'public') throw new Refusal('not_signed_in')
      return null
    },
    routes: [
      route(create, async ({ tx, params, query, body }) => {
        made++
        await tx.execute(`insert into thing values ('${body.name}')`)
        return { id: params.thingId, secret: `s3cret-${made}`, limit: query.limit, undeclared: 'must not leave' }
      }),
      route(fail, async ({ tx, body }) => {
        await tx.execute("insert into thing values ('half-done')")
        if (body.how === 'refused') throw new Refusal('conflict')
        throw new TypeError('canary of a body')
      }),
      route(mine, async () => ({})),
      route(whence, async ({ request }) => ({ ipAddress: request.ipAddress })),
    ],
    endpoints: [create, fail, mine, whence],
    trustedProxies: ['192.0.2.1', '10.0.0.0/8'],
    isOwnOrigin: (origin) => origin === 'https://own.example',
    isSecure: true,
    observe: () => undefined,
  })
  await api.ready()
})
afterAll(async () => {
  await api.close()
  await vault.close()
  await database.close()
})
beforeEach(() => database.pool.query('truncate thing, idempotency'))

const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
  api.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

test('fields that the contract does not declare never leave', async () => {
  const response = await post('/things/t1?limit=7', { name: 'one' })
  expect(response.statusCode).toBe(201)
  expect(response.json()).toEqual({ id: 't1', secret: expect.any(String), limit: 7 })
})

test('a bad body is answered with every field that is wrong, and unknown fields are wrong', async () => {
  const response = await post('/things/t1?limit=70', { name: 'x', colour: 'red' })
  expect(response.statusCode).toBe(400)
  expect(response.headers['content-type']).toContain('application/problem+json')
  expect(response.json()).toMatchObject({
    code: 'invalid_request',
    type: '/docs/errors/invalid_request',
    requestId: expect.any(String),
  })
  const body = await post('/things/t1', { name: 'x', colour: 'red' })
  expect(
    body
      .json()
      .errors.map((one: { message: string }) => one.message)
      .join(),
  ).toContain('colour')
})

test('text that the database cannot store is a bad request, wherever it stands', async () => {
  for (const answer of [
    await post('/things/t1', { name: 'nul \0 inside' }),
    await post('/things/t1', '{"name":"half a pair \\ud83d"}'),
    await post('/things/t%001', { name: 'fine' }),
  ])
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ path: expect.any(String) }],
    })
})

test.each([
  ['[1e300,"a"]'],
  ['[-1,"a"]'],
  ['[253402300800000,"a"]'],
  ['[1,"\\u0000"]'],
  ['[1]'],
  ['{}'],
])('a cursor that no list gave is a bad request: %s', (text) => {
  expect(() => decodeCursor(Buffer.from(text).toString('base64url'))).toThrow(Refusal)
})

test.each(['{', 'null x', '"'])('a body that is not JSON (%s) is said to be so', async (text) => {
  expect((await post('/things/t1', text)).json()).toMatchObject({ status: 400, code: 'not_json' })
})

test('a body over the limit is refused by size', async () => {
  expect((await post('/things/t1', { name: 'x'.repeat(2_000_000) })).json()).toMatchObject({
    status: 413,
    code: 'body_too_large',
  })
})

test('the same Idempotency-Key creates once and answers the same, without what is shown once', async () => {
  const first = await post('/things/t1', { name: 'once' }, { 'idempotency-key': 'k' })
  const again = await post('/things/t1', { name: 'once' }, { 'idempotency-key': 'k' })
  expect(again.statusCode).toBe(201)
  expect(again.json()).toEqual({ ...first.json(), secret: null })
  expect((await database.pool.query('select * from thing')).rowCount).toBe(1)
  expect(JSON.stringify((await database.pool.query('select * from idempotency')).rows)).not.toContain('s3cret')
  expect((await post('/things/t1', { name: 'other' }, { 'idempotency-key': 'k' })).json()).toMatchObject({
    code: 'idempotency_mismatch',
  })
})

test('two requests at once with one Idempotency-Key create one thing', async () => {
  const both = await Promise.all(
    [1, 2].map(() => post('/things/t1', { name: 'twins' }, { 'idempotency-key': 'twins' })),
  )
  expect(both.map((one) => one.statusCode)).toEqual([201, 201])
  expect((await database.pool.query('select * from thing')).rowCount).toBe(1)
})

test('a request that fails leaves nothing behind; only an expected failure says why', async () => {
  expect((await post('/fail', { how: 'refused' })).json()).toMatchObject({ status: 409, code: 'conflict' })
  const crashed = await post('/fail', { how: 'crash' })
  expect(crashed.json()).toMatchObject({ status: 500, code: 'internal' })
  expect(crashed.body).not.toContain('canary')
  expect(written.join('')).not.toContain('canary')
  expect((await database.pool.query('select * from thing')).rowCount).toBe(0)
})

test('a changing request from a page of another site is refused', async () => {
  expect((await post('/things/t1', { name: 'evil' }, { origin: 'https://evil.example' })).statusCode).toBe(403)
  expect((await post('/things/t1', { name: 'good' }, { origin: 'https://own.example' })).statusCode).toBe(201)
})

test('an endpoint of the contract without a route fails the start', () => {
  expect(() => createApi({ endpoints: [create], routes: [] } as never)).toThrow('things.create')
})

test.each([
  ['203.0.113.9', '198.51.100.7', '203.0.113.9'],
  ['192.0.2.2', '198.51.100.7', '192.0.2.2'],
  ['192.0.2.1', '198.51.100.7', '198.51.100.7'],
  ['192.0.2.1', '1.2.3.4, 198.51.100.7, 10.9.8.7', '198.51.100.7'],
  ['192.0.2.1', 'not an address', '192.0.2.1'],
])('a caller at %s that forwards for %s is at %s', async (remoteAddress, forwarded, seen) => {
  const headers = { 'x-forwarded-for': forwarded }
  const response = await api.inject({ method: 'GET', url: '/api/v1/whence', remoteAddress, headers })
  expect(response.json()).toEqual({ ipAddress: seen })
})
