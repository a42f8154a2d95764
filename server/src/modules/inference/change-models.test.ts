import { contract, type Endpoint } from '@avow/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { egressFor, modelProvider } from '../../platform/gates/test-gates.ts'
import { createSecrets } from '../../platform/vault/index.ts'
import { changeModelsRoutes } from './change-models.ts'
import type { EmbeddedModels } from './embedded-models.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
})

afterEach(() => database.close())

const egress = egressFor([modelProvider()])
const embedded = { status: () => ({ state: 'absent', reason: null, download: null, engine: null }) }

const call = async (endpoint: Endpoint, body: object, params: object = {}) => {
  const routes = changeModelsRoutes({
    clock: systemClock,
    vault: createSecrets(Buffer.alloc(32, 7)),
    egress,
    embedded: embedded as unknown as EmbeddedModels,
    upstreams: { status: () => ({ state: 'ready', reason: null }), look: async () => undefined },
    currency: 'EUR',
    changed: async () => undefined,
  })
  const found = routes.find((one) => one.endpoint.id === endpoint.id)
  const parsed = endpoint.body?.parse(body)
  return database.transaction((tx) =>
    found!.handler({ tx, params, body: parsed, afterCommit: () => undefined } as never),
  ) as Promise<Record<string, unknown>>
}
const add = (id: string, upstream: string, more: object = {}) => call(contract.models.add, { id, upstream, ...more })
const update = (modelId: string, change: object) => call(contract.models.update, change, { modelId })

test('a server outside is that of a recipient of the policy, or is refused; one of our own is nobody else’s', async () => {
  await expect(add('a', 'https://api.example.com')).rejects.toMatchObject({ code: 'recipient_refused' })
  const bound = { provider: 'Example Ltd', recipient: 'example-ai' }
  expect(await add('b', 'https://api.example.com', { recipient: 'example-ai' })).toMatchObject(bound)
  expect(await add('c', 'https://api.example.com', { provider: 'Example Ltd' })).toMatchObject(bound)
  expect(await add('d', 'http://10.0.0.5:8000')).toMatchObject({ provider: null, recipient: null })
})

test('a name or id that is no recipient of the policy is refused, also for a server of our own', async () => {
  const refused = { code: 'recipient_refused' }
  await expect(add('a', 'http://10.0.0.5', { provider: 'Somebody' })).rejects.toMatchObject(refused)
  await expect(add('b', 'https://api.example.com', { recipient: 'somebody' })).rejects.toMatchObject(refused)
  const contradiction = { provider: 'Somebody', recipient: 'example-ai' }
  await expect(add('c', 'https://api.example.com', contradiction)).rejects.toMatchObject({ code: 'upstream_invalid' })
})

test('who sees requests can be changed, but a server outside is never seen by nobody', async () => {
  await add('outside', 'https://api.example.com', { recipient: 'example-ai' })
  await add('inside', 'http://10.0.0.5:8000')
  await expect(update('outside', { provider: null })).rejects.toMatchObject({ code: 'recipient_refused' })
  expect(await update('outside', { description: 'big' })).toMatchObject({ provider: 'Example Ltd' })
  expect(await update('inside', { provider: 'Example Ltd' })).toMatchObject({ recipient: 'example-ai' })
  expect(await update('inside', { provider: null })).toMatchObject({ provider: null })
})

test('an address where credentials are handed out is refused', async () => {
  await expect(add('meta', 'http://169.254.169.254/latest')).rejects.toMatchObject({ code: 'upstream_invalid' })
})
