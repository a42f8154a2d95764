import { contract, type Endpoint } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createConnections } from '../../platform/egress/index.ts'
import { createEgressGate, createPlacementGate } from '../../platform/gates/index.ts'
import { modelProvider, outwardPolicy } from '../../platform/gates/test-gates.ts'
import { createLog } from '../../platform/log/index.ts'
import { createPlacement, type Placement } from './index.ts'

let database: TestDatabase
let placement: Placement
let refused: string[]
const started: Placement[] = []

const regions = { allowed: ['DE', 'US'] }
const providers = [
  modelProvider({ country: 'US', terms: 'https://example.com/terms' }),
  modelProvider({ id: 'mail', categories: ['correspondence'], country: 'DE' }),
]

const gatesFor = (policy: CompiledPolicy, here: string | null) => {
  const gate = createPlacementGate(policy, here, () => undefined)
  return { placement: gate, egress: createEgressGate(policy, gate, createConnections(false), () => undefined) }
}

const startIn = async (here: string | null): Promise<void> => {
  refused = []
  const policy = outwardPolicy(providers, regions) as CompiledPolicy
  placement = createPlacement({
    ...{ database, databaseUrl: database.url, policy },
    ...{ clock: movableClock(new Date('2027-01-02T10:00:00Z')), log: createLog('silent') },
    ...gatesFor(policy, here),
    refused: (rule) => void refused.push(rule),
  })
  started.push(placement)
  await placement.start()
}

beforeEach(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    "insert into organisation (id, sealed_name, created_at) values ('org_1', 'x', now()), ('org_2', 'x', now())",
  )
  await startIn('DE')
})
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
  await database.close()
})

const call = (endpoint: Endpoint, body: object = {}, params: object = {}) => {
  const found = placement.routes.find((one) => one.endpoint.id === endpoint.id)
  const context = { params: { organisationId: 'org_1', ...params }, body, caller: { personId: 'per_1' } }
  return database.transaction((tx) => found!.handler({ tx, ...context } as never)) as Promise<Record<string, unknown>>
}
const pin = (region: string | null) => call(contract.placement.pin, { region })
const accept = (providerId: string) => call(contract.placement.acceptProvider, {}, { providerId })

const own = (country: string | null) => ({ country, recipient: null, provider: null })
const example = { country: 'US', recipient: 'example-ai', provider: 'Example Ltd' }
const refusal = (served: typeof example | ReturnType<typeof own>, organisationId = 'org_1') =>
  placement.limits.refusalOf(organisationId, served)

it('a pinned organisation is served where it is pinned, and nowhere else', async () => {
  expect(await pin('DE')).toEqual({ region: 'DE', here: 'DE', setAt: '2027-01-02T10:00:00.000Z', setBy: 'per_1' })
  await expect.poll(() => refusal(own('US'))).toMatchObject({ kind: 'region' })
  expect(refusal(own(null))).toMatchObject({ kind: 'region', why: expect.stringContaining('nobody says where') })
  expect(refusal(own('DE'))).toBeNull()
  expect(refusal(own('US'), 'org_2')).toBeNull()
  expect(refused).toContain('pin(DE)')
  expect(await pin(null)).toMatchObject({ region: null })
  await expect.poll(() => refusal(own('US'))).toBeNull()
})

it('a pin to where this cloud is not is refused, and so is one where nobody says where that is', async () => {
  await expect(pin('US')).rejects.toMatchObject({
    code: 'region_refused',
    message: expect.stringContaining('is in DE'),
  })
  await startIn(null)
  await expect(pin('DE')).rejects.toMatchObject({ message: expect.stringContaining('AVOW_REGION') })
  expect((await database.pool.query('select 1 from organisation_pin')).rows).toEqual([])
})

const plan = (settings: object | null) =>
  settings === null
    ? database.pool.query('delete from deployment_plan')
    : database.pool.query(
        `insert into deployment_plan (id, organisation_id, sealed_source, settings, hash, salt, applied_at)
         values ('pln_1', 'org_1', 'x', $1, repeat('0', 64), '', now())
         on conflict (organisation_id) do update set settings = excluded.settings`,
        [JSON.stringify(settings)],
      )
const soon = { timeout: 1000, interval: 20 }

it('a plan keeps an organisation in its regions, from within a second of its change, and nobody else', async () => {
  await accept('example-ai')
  await plan({ regions: ['DE'] })
  await expect
    .poll(() => refusal(example), soon)
    .toMatchObject({ kind: 'region', why: expect.stringContaining('plan says DE') })
  expect([refusal(own('DE')), refusal(own('US'), 'org_2')]).toEqual([null, null])
  expect(refusal(own(null))).toMatchObject({ kind: 'region' })
  expect(refused).toContain('plan(US)')
  await plan({ regions: ['DE', 'US'] })
  await expect.poll(() => refusal(example), soon).toBeNull()
  await plan(null)
  await expect.poll(() => refusal(own('US')), soon).toBeNull()
})

it('a plan keeps data from recipients that it does not name, accepted or not, and none can be accepted', async () => {
  await accept('example-ai')
  await expect.poll(() => refusal(example), soon).toBeNull()
  await plan({ egress: [] })
  await expect
    .poll(() => refusal(example), soon)
    .toMatchObject({ kind: 'plan', why: expect.stringContaining('no recipient') })
  expect(refusal(own('US'))).toBeNull()
  await call(contract.placement.refuseProvider, {}, { providerId: 'example-ai' })
  await expect(accept('example-ai')).rejects.toMatchObject({ code: 'recipient_refused' })
  await plan({ egress: ['example-ai'], regions: ['DE'] })
  await expect(accept('example-ai')).rejects.toMatchObject({ code: 'region_refused' })
  await plan({ egress: ['example-ai'] })
  await accept('example-ai')
  await expect.poll(() => refusal(example), soon).toBeNull()
})

it('a provider sees nothing of an organisation before it is accepted, and nothing after it is refused', async () => {
  expect(refusal(example)).toEqual({ kind: 'provider', provider: 'Example Ltd', recipient: 'example-ai' })
  expect(refused).toEqual(['accepted(example-ai)'])
  expect(await accept('example-ai')).toMatchObject({ terms: 'https://example.com/terms', acceptedBy: 'per_1' })
  await expect.poll(() => refusal(example)).toBeNull()
  expect(refusal(example, 'org_2')).toMatchObject({ kind: 'provider' })
  await call(contract.placement.refuseProvider, {}, { providerId: 'example-ai' })
  await expect.poll(() => refusal(example)).toMatchObject({ kind: 'provider' })
})

it('only recipients that may have prompts are providers', async () => {
  expect(await call(contract.placement.listProviders)).toMatchObject({
    items: [{ id: 'example-ai', acceptedAt: null }],
  })
  await expect(accept('mail')).rejects.toMatchObject({ code: 'not_found' })
})

it('a provider elsewhere cannot be accepted by a pinned organisation', async () => {
  await pin('DE')
  await expect(accept('example-ai')).rejects.toMatchObject({ code: 'region_refused' })
})

it('a gateway that starts knows what was allowed before', async () => {
  await accept('example-ai')
  await startIn('DE')
  expect(refusal(example)).toBeNull()
})

it('each decision is recorded', async () => {
  await pin('DE')
  await pin(null)
  await accept('example-ai')
  const { rows } = await database.pool.query('select gate, decision, rule from evidence_leaf order by sequence')
  expect(rows).toEqual([
    { gate: 'placement', decision: 'done', rule: 'pin(DE)' },
    { gate: 'placement', decision: 'done', rule: 'pin removed' },
    { gate: 'egress', decision: 'allowed', rule: 'accepted(example-ai)' },
  ])
})
