import { contract, type Endpoint } from '@avow/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { egressFor, modelProvider } from '../../platform/gates/test-gates.ts'
import { createSecrets } from '../../platform/vault/index.ts'
import { changeModelsRoutes } from './change-models.ts'
import { changeRoutesRoutes } from './change-routes.ts'
import type { EmbeddedModels } from './embedded-models.ts'
import { createLiveRoutes, type LiveRoutes } from './gateway/live-routes.ts'
import { MemberLoad } from './gateway/member-load.ts'
import type { SuppliedMember } from './gateway/pool-source.ts'
import { promptSendings } from './prompt-sendings.ts'
import { listCatalogue } from './store.ts'

let database: TestDatabase
let routes: LiveRoutes
let supplied: SuppliedMember[]

const clock = movableClock(new Date('2026-11-22T10:00:00Z'))
const egress = egressFor([modelProvider({ country: 'US' })])
const vault = createSecrets(Buffer.alloc(32, 7))
const embedded = {
  status: () => ({ state: 'absent', reason: null, download: null, engine: null }),
} as unknown as EmbeddedModels

beforeEach(async () => {
  database = await createTestDatabase()
  supplied = []
  routes = createLiveRoutes({
    ...{ embedded, egress, here: 'DE', sources: [{ membersOf: (id) => (id === 'm' ? supplied : []) }] },
    openKey: ({ keyContext, sealedUpstreamKey: key }) => (key === null ? null : vault.open(keyContext, key)),
  })
  await call(contract.models.add, { id: 'm', upstream: 'http://10.0.0.5:8000' })
})

afterEach(async () => {
  await routes.close()
  await database.close()
})

type Pool = { items: Record<string, unknown>[] }

const call = async <T = Record<string, unknown>>(endpoint: Endpoint, body: object, params: object = {}): Promise<T> => {
  const deps = {
    ...{ clock, vault, egress, embedded, currency: 'EUR', live: routes.find, changed: async () => undefined },
    upstreams: { status: () => ({ state: 'ready', reason: null }) as const, look: async () => undefined },
  }
  const found = [...changeModelsRoutes(deps), ...changeRoutesRoutes(deps)].find(
    (one) => one.endpoint.id === endpoint.id,
  )
  const answer = await database.transaction((tx) =>
    found!.handler({ tx, params, body: endpoint.body?.parse(body), afterCommit: () => undefined } as never),
  )
  routes.replace(await listCatalogue(database.direct))
  return answer as T
}
const add = (upstream: string, more: object = {}) =>
  call(contract.modelRoutes.add, { upstream, ...more }, { modelId: 'm' })
const change = (routeId: unknown, body: object) => call(contract.modelRoutes.update, body, { modelId: 'm', routeId })
const remove = (routeId: unknown) => call(contract.modelRoutes.remove, {}, { modelId: 'm', routeId })
const pool = async () => (await call<Pool>(contract.modelRoutes.list, {}, { modelId: 'm' })).items
const members = () => routes.find('m')?.members ?? []

test('a server that is added answers for the model beside its own place, with its own key and name', async () => {
  const added = await add('http://10.0.0.6:8000', { upstreamModel: 'theirs', upstreamKey: 'sk-secret', weight: 3 })
  expect(added).toMatchObject({ kind: 'added', upstream: 'http://10.0.0.6:8000/v1', hasUpstreamKey: true, weight: 3 })
  expect(members().map(({ id, weight, tier }) => [id, weight, tier])).toEqual([
    ['m', 1, 0],
    [added.id, 3, 0],
  ])
  expect(members()[1]?.target).toMatchObject({
    modelName: 'theirs',
    basePath: '/v1',
    headers: { authorization: 'Bearer sk-secret' },
  })
  const { rows } = await database.pool.query('select row_to_json(model_route)::text as text from model_route')
  expect(JSON.stringify([added, await pool(), rows])).not.toContain('sk-secret')
})

test('weights, tiers and keys change and nothing that is known of a server is lost; the lowest tier stands first', async () => {
  const { id } = await add('http://10.0.0.6:8000', { tier: 1 })
  const load = members()[1]?.load
  await change(id, { tier: 0, weight: 5, upstreamKey: 'sk-new' })
  await change('own', { tier: 2, weight: 7 })
  expect(members().map(({ id: one, tier, weight }) => [one, tier, weight])).toEqual([
    [id, 0, 5],
    ['m', 2, 7],
  ])
  expect(members()[0]?.load).toBe(load)
  expect(members()[0]?.target?.headers.authorization).toBe('Bearer sk-new')
  expect(await change(id, { enabled: false })).toMatchObject({ enabled: false, state: 'disabled' })
  expect(members()[0]).toMatchObject({ target: null })
})

test('a server of others must be a recipient of the policy, and everyone who looks at the model sees whose it is', async () => {
  await expect(add('https://api.example.com')).rejects.toMatchObject({ code: 'recipient_refused' })
  await expect(add('https://api.example.com', { recipient: 'somebody' })).rejects.toMatchObject({
    code: 'recipient_refused',
  })
  const added = await add('https://api.example.com', { recipient: 'example-ai', tier: 1 })
  expect(added).toMatchObject({ provider: 'Example Ltd', recipient: 'example-ai' })
  expect(members()[1]).toMatchObject({ provider: 'Example Ltd', recipient: 'example-ai', country: 'US' })
  const model = await call(contract.models.update, { description: 'x' }, { modelId: 'm' })
  expect(model).toMatchObject({ provider: null, providers: ['Example Ltd'] })
  const sent = await database.transaction(promptSendings)
  expect(sent.map(({ name, sending }) => [name, sending.recipient])).toEqual([
    ['m', null],
    ['m', 'example-ai'],
  ])
})

test('the same server twice, unknown ones, and acts on the own place that are not its pool’s are refused', async () => {
  await expect(add('http://10.0.0.5:8000/v1')).rejects.toMatchObject({ code: 'already_exists' })
  const { id } = await add('http://10.0.0.6:8000')
  await expect(add('http://10.0.0.6:8000')).rejects.toMatchObject({ code: 'already_exists' })
  await expect(add('http://169.254.169.254/latest')).rejects.toMatchObject({ code: 'upstream_invalid' })
  await expect(change('mrt_none', { weight: 2 })).rejects.toMatchObject({ code: 'not_found' })
  await expect(change('own', { enabled: false })).rejects.toMatchObject({ code: 'conflict' })
  await expect(remove('own')).rejects.toMatchObject({ code: 'conflict' })
  await expect(remove('mrt_none')).rejects.toMatchObject({ code: 'not_found' })
  await remove(id)
  expect(members()).toHaveLength(1)
})

test('a model that is removed takes its pool and its keys along', async () => {
  await add('http://10.0.0.6:8000', { upstreamKey: 'sk-secret' })
  await call(contract.models.remove, {}, { modelId: 'm' })
  expect((await database.pool.query('select 1 from model_route')).rowCount).toBe(0)
  await call(contract.models.add, { id: 'm', upstream: 'http://10.0.0.5:8000' })
  expect(await pool()).toHaveLength(1)
})

test('members that another part supplies are served, judged and shown like those of the catalogue', async () => {
  const load = new MemberLoad()
  const replica = {
    id: 'replica-1',
    key: null,
    modelName: 'm',
    onlyFor: 'org_1',
    weight: 1,
    tier: 0,
    engine: null,
    load,
  }
  supplied = [
    { ...replica, upstream: 'http://127.0.0.1:9000/v1', recipient: null, isAway: () => false },
    { ...replica, id: 'stray', upstream: 'https://elsewhere.example/v1', recipient: null, isAway: () => true },
  ]
  await pool()
  load.begin()
  expect(members().map(({ id, onlyFor, country }) => [id, onlyFor, country])).toEqual([
    ['m', null, 'DE'],
    ['replica-1', 'org_1', 'DE'],
    ['stray', 'org_1', null],
  ])
  expect(members()[2]?.forbidden).toContain('elsewhere.example')
  expect((await pool())[1]).toMatchObject({ id: 'replica-1', kind: 'supplied', state: 'ready', inFlight: 1 })
})
