import { contract, type Endpoint } from '@avow/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createSecrets } from '../../platform/vault/index.ts'
import { changeModelsRoutes } from './change-models.ts'
import type { EmbeddedModels } from './embedded-models.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
})

afterEach(() => database.close())

const embedded = { status: () => ({ state: 'absent', reason: null, download: null, engine: null }) }

const call = async (endpoint: Endpoint, body: object, params: object = {}) => {
  const routes = changeModelsRoutes({
    clock: systemClock,
    vault: createSecrets(Buffer.alloc(32, 7)),
    embedded: embedded as unknown as EmbeddedModels,
    upstreams: { status: () => ({ state: 'ready', reason: null }), look: async () => undefined },
    currency: 'EUR',
    changed: () => undefined,
  })
  const found = routes.find((one) => one.endpoint.id === endpoint.id)
  const parsed = endpoint.body?.parse(body)
  return database.transaction((tx) => found!.handler({ tx, params, body: parsed } as never)) as Promise<
    Record<string, unknown>
  >
}
const add = (id: string, upstream: string, more: object = {}) => call(contract.models.add, { id, upstream, ...more })
const update = (modelId: string, change: object) => call(contract.models.update, change, { modelId })

test('a server outside is seen by its host unless the operator names who it is', async () => {
  expect(await add('a', 'https://api.example.com')).toMatchObject({ provider: 'api.example.com' })
  expect(await add('b', 'https://api.example.com', { provider: 'Example Ltd' })).toMatchObject({
    provider: 'Example Ltd',
  })
  expect(await add('c', 'http://10.0.0.5:8000')).toMatchObject({ provider: null })
})

test('who sees requests can be changed, but a server outside is never seen by nobody', async () => {
  await add('outside', 'https://api.example.com')
  await add('inside', 'http://10.0.0.5:8000')
  expect(await update('outside', { provider: 'Example Ltd' })).toMatchObject({ provider: 'Example Ltd' })
  await expect(update('outside', { provider: null })).rejects.toMatchObject({ code: 'upstream_invalid' })
  expect(await update('outside', { description: 'big' })).toMatchObject({ provider: 'Example Ltd' })
  expect(await update('inside', { provider: 'The lab next door' })).toMatchObject({ provider: 'The lab next door' })
  expect(await update('inside', { provider: null })).toMatchObject({ provider: null })
})

test('an address where credentials are handed out is refused', async () => {
  await expect(add('meta', 'http://169.254.169.254/latest')).rejects.toMatchObject({ code: 'upstream_invalid' })
})
