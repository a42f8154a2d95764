import { contract } from '@avow/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { egressFor } from '../../platform/gates/test-gates.ts'
import { createApi } from '../../platform/http/index.ts'
import { createLog } from '../../platform/log/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { changeModelsRoutes } from './change-models.ts'
import { defaultCatalogue, defaultModelId, tinyModelId } from './default-catalogue.ts'
import { createEmbeddedModels } from './embedded-models.ts'
import { createLiveRoutes, type LiveRoutes } from './gateway/live-routes.ts'
import { startMockModelServer } from './gateway/mock-model-server.ts'
import { showModelsRoutes } from './show-models.ts'
import { createUpstreamHealth, type UpstreamHealth } from './upstream-health.ts'
import type { UpstreamServer } from './upstream-servers.ts'

const egress = egressFor()
let vault: Vault
const log = createLog('silent')
let database: TestDatabase
let catalogue: Catalogue
let routes: LiveRoutes
let upstreams: UpstreamHealth
let api: ReturnType<typeof createApi>

/** A start of the server on the same database, without engines. */
const start = async (): Promise<void> => {
  const clock = movableClock(new Date('2026-03-14T10:00:00Z'))
  const embedded = createEmbeddedModels({
    catalogue: defaultCatalogue,
    folder: '/nowhere',
    engineMissing: () => 'The embedded engine is switched off (AVOW_ENGINE).',
    fetchFile: () => Promise.reject(new Error('not in this test')),
    startEngine: () => {
      throw new Error('not in this test')
    },
    onChange: () => undefined,
    log,
  })
  const openKey = ({ keyContext, sealedUpstreamKey }: Pick<UpstreamServer, 'keyContext' | 'sealedUpstreamKey'>) =>
    sealedUpstreamKey === null ? null : vault.open(keyContext, sealedUpstreamKey)
  routes = createLiveRoutes({ embedded, openKey, egress, here: null })
  catalogue = createCatalogue({
    database,
    clock,
    log,
    defaults: defaultCatalogue,
    currency: 'EUR',
    apply: routes.replace,
  })
  upstreams = createUpstreamHealth({ clock, log, openKey })
  api = createApi({
    database,
    clock,
    vault,
    log,
    authorise: async () => null,
    routes: [
      ...showModelsRoutes({ embedded, upstreams }),
      ...changeModelsRoutes({
        clock,
        vault,
        egress,
        embedded,
        upstreams,
        currency: 'EUR',
        changed: () => catalogue.changed(),
      }),
    ],
    endpoints: Object.values(contract.models),
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
  })
  await catalogue.start()
}

const stop = async (): Promise<void> => {
  catalogue.stop()
  await api.close()
  await routes.close()
  await upstreams.close()
}

beforeEach(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  await start()
})

afterEach(async () => {
  await stop()
  await vault.close()
  await database.close()
})

const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) => {
  const response = await api.inject({ method, url: `/api/v1${path}`, ...(payload === undefined ? {} : { payload }) })
  return { status: response.statusCode, body: response.body === '' ? null : response.json() }
}

const upstream = {
  id: 'big',
  upstream: 'http://127.0.0.1:9/',
  upstreamKey: 'sk-secret',
  promptMicrosPerMillionTokens: '250000',
}

test('a new server knows its default models, and says why each cannot answer', async () => {
  const { body } = await call('GET', '/models')
  expect(body.items.map((one: { id: string }) => one.id)).toEqual(defaultCatalogue.map((one) => one.id).sort())
  expect(body.items[0]).toMatchObject({ state: 'absent', reason: expect.stringContaining('AVOW_ENGINE') })
  expect(routes.find(tinyModelId)?.members[0]).toMatchObject({
    target: null,
    reason: expect.stringContaining('AVOW_ENGINE'),
  })
})

test('an upstream is a model at once; its key is sealed, sent to it alone and never shown', async () => {
  const server = await startMockModelServer()
  const added = await call('POST', '/operate/models', { ...upstream, upstream: server.url, upstreamModel: 'real-name' })
  expect(added).toMatchObject({
    status: 201,
    body: { state: 'ready', hasUpstreamKey: true, upstream: `${server.url}/v1` },
  })
  const target = routes.find('big')?.members[0].target
  expect(target).toMatchObject({ basePath: '/v1', modelName: 'real-name' })
  const response = await target?.dispatcher.request({
    path: `${target.basePath}/chat/completions`,
    method: 'POST',
    headers: target.headers,
  })
  await response?.body.text()
  expect(server.received[0]?.headers.authorization).toBe('Bearer sk-secret')
  const { rows } = await database.pool.query('select row_to_json(model)::text as text from model')
  const shown = JSON.stringify([added, await call('GET', '/models'), await call('GET', '/operate/models'), rows])
  expect(shown).not.toContain('sk-secret')
  server.close()
})

test('people see models without their upstreams', async () => {
  await call('POST', '/operate/models', upstream)
  const { body } = await call('GET', '/models?search=big')
  expect(body.items).toHaveLength(1)
  expect(body.items[0]).not.toHaveProperty('upstream')
})

test('what the operator changed outlives a restart: prices, switching off, removal', async () => {
  await call('PATCH', `/operate/models/${tinyModelId}`, { promptMicrosPerMillionTokens: '5', enabled: false })
  await call('DELETE', `/operate/models/${defaultModelId}`)
  await stop()
  await start()
  const { body } = await call('GET', '/operate/models')
  const byId = new Map(body.items.map((one: { id: string }) => [one.id, one]))
  expect(byId.get(tinyModelId)).toMatchObject({ promptMicrosPerMillionTokens: '5', state: 'disabled' })
  expect(byId.has(defaultModelId)).toBe(false)
  expect(routes.find(tinyModelId)?.members[0]).toMatchObject({
    target: null,
    reason: expect.stringContaining('switched it off'),
  })
})

test('a name is taken once; a removed one is free again', async () => {
  expect((await call('POST', '/operate/models', upstream)).status).toBe(201)
  expect(await call('POST', '/operate/models', upstream)).toMatchObject({
    status: 409,
    body: { code: 'already_exists' },
  })
  expect((await call('DELETE', '/operate/models/big')).status).toBe(204)
  expect((await call('DELETE', '/operate/models/big')).status).toBe(404)
  expect((await call('POST', '/operate/models', upstream)).status).toBe(201)
})

test('addresses and prices that make no sense are refused', async () => {
  const add = (more: object) => call('POST', '/operate/models', { ...upstream, ...more })
  expect(await add({ upstream: 'http://user:secret@example.org' })).toMatchObject({
    status: 400,
    body: { code: 'upstream_invalid' },
  })
  expect(await add({ promptMicrosPerMillionTokens: '-1' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request' },
  })
  expect(await call('POST', '/operate/models/nothing/download')).toMatchObject({ status: 404 })
  await add({})
  expect(await call('POST', '/operate/models/big/download')).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('the list is given page by page', async () => {
  for (const id of ['x1', 'x2', 'x3']) await call('POST', '/operate/models', { ...upstream, id })
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await call('GET', `/models?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...body.items.map((one: { id: string }) => one.id))
    if (body.nextCursor === null) break
    cursor = body.nextCursor
  }
  expect(seen).toEqual([...defaultCatalogue.map((one) => one.id), 'x1', 'x2', 'x3'].sort())
})
