import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contract } from '@avow/contract'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createApi, Refusal } from '../../platform/http/index.ts'
import { createLog } from '../../platform/log/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { type Billing, createBilling } from './create-billing.ts'
import { exactCost } from './price-usage.ts'
import { usageEventOf } from './test-usage-event.ts'
import type { UsageEvent } from './usage-event.ts'

const noon = new Date('2026-03-14T12:30:00Z')
let database: TestDatabase
let vault: Vault
let folder: string
let billing: Billing
let api: ReturnType<typeof createApi>
let mayRead: boolean

beforeEach(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  folder = mkdtempSync(join(tmpdir(), 'avow-usage-'))
  mayRead = true
  const clock = movableClock(noon)
  billing = createBilling({
    database,
    databaseUrl: database.url,
    clock,
    log: createLog('silent'),
    purposeGate: {
      require: () => {
        if (!mayRead) throw new Refusal('policy_refused')
      },
    },
    registry: new Registry(),
    dataDir: folder,
    sync: 'soon',
    disclose: async () => undefined,
    accounts: { peopleIn: async () => [], addressesOf: async () => new Map() },
    mail: { write: async () => ({ written: true as const }) },
    publicUrl: () => '',
    folderSecret: 'this folder',
    keyNames: async () => new Map([['key_1', 'laptop']]),
    projectsOf: async () => [{ id: 'prj_1' }, { id: 'prj_2' }],
  })
  await billing.start()
  api = createApi({
    database,
    clock,
    vault,
    log: createLog('silent'),
    authorise: async () => null,
    routes: billing.routes,
    endpoints: [...Object.values(contract.usage), ...Object.values(contract.budgets)],
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
  })
})

afterEach(async () => {
  await api.close()
  await billing.stop()
  rmSync(folder, { recursive: true, force: true })
  await vault.close()
  await database.close()
})

const book = (event: UsageEvent): Promise<void> =>
  new Promise((resolve, reject) => billing.metering.record(event, (error) => (error ? reject(error) : resolve())))

const free = { promptMicrosPerMillion: 0n, completionMicrosPerMillion: 0n }

const usage = async (path: string) => (await api.inject({ url: `/api/v1${path}` })).json()

const at = (time: string): number => Date.parse(`2026-03-14T${time}Z`)

test('usage is shown up to the last answered request', async () => {
  await book(usageEventOf({ id: 'a', atMs: at('12:29:59') }))
  expect((await usage('/projects/prj_1/usage')).totals).toMatchObject({ requests: 1, promptTokens: 10 })
  await book(usageEventOf({ id: 'batch_req_b_1', atMs: at('12:29:59'), outcome: 'upstream_failed', ...free }))
  expect((await usage('/projects/prj_1/usage')).totals).toEqual({
    requests: 2,
    failedRequests: 1,
    batchRequests: 1,
    promptTokens: 20,
    completionTokens: 10,
    costMicros: '7',
  })
  const { rows } = await database.pool.query('select requests, failed_requests, batch_requests from usage_hour')
  expect(rows).toEqual([{ requests: '2', failed_requests: '1', batch_requests: '1' }])
})

test('times inside an hour are kept to the request, whole hours to the sum', async () => {
  for (const [n, time] of ['09:59:59', '10:00:00', '10:20:00', '11:05:00', '12:00:00', '12:10:00'].entries()) {
    await book(usageEventOf({ id: `e${n}`, atMs: at(time) }))
  }
  const count = async (since: string, until: string): Promise<number> =>
    (await usage(`/projects/prj_1/usage?since=2026-03-14T${since}Z&until=2026-03-14T${until}Z`)).totals.requests
  expect(await count('10:00:00', '12:00:00')).toBe(3)
  expect(await count('10:10:00', '12:00:01')).toBe(3)
  expect(await count('09:59:59', '10:00:01')).toBe(2)
  expect(await count('10:10:00', '10:30:00')).toBe(1)
  expect(await count('10:30:00', '10:40:00')).toBe(0)
})

test('rows are grouped by hour, day, model or key, and add up to the totals', async () => {
  await book(usageEventOf({ id: 'a', atMs: at('10:00:00') }))
  await book(usageEventOf({ id: 'b', atMs: at('11:00:00'), model: 'other', keyId: 'key_2' }))
  await book(usageEventOf({ id: 'c', atMs: at('12:15:00'), promptMicrosPerMillion: 9_700_000n }))
  const rows = async (by: string) => (await usage(`/projects/prj_1/usage?groupBy=${by}`)).rows
  expect((await rows('hour')).map((row: { at: string }) => row.at)).toEqual([
    '2026-03-14T10:00:00.000Z',
    '2026-03-14T11:00:00.000Z',
    '2026-03-14T12:00:00.000Z',
  ])
  expect(await rows('day')).toMatchObject([{ at: '2026-03-14T00:00:00.000Z', requests: 3, costMicros: '114' }])
  expect(await rows('model')).toMatchObject([
    { model: 'm', requests: 2, costMicros: '107' },
    { model: 'other', requests: 1 },
  ])
  expect(await rows('key')).toMatchObject([
    { keyId: 'key_1', keyName: 'laptop', requests: 2 },
    { keyId: 'key_2', keyName: null, requests: 1 },
  ])
  expect((await usage('/projects/prj_1/usage?model=other')).totals.requests).toBe(1)
  expect((await usage('/projects/prj_1/usage?keyId=key_1')).totals.requests).toBe(2)
})

test('many small calls cost what they cost: totals are the exact sum, rounded once', async () => {
  const events = fc
    .sample(
      fc.record({
        atMs: fc.integer({ min: at('09:10:00'), max: at('12:29:00') }),
        promptTokens: fc.nat(40),
        completionTokens: fc.nat(40),
        model: fc.constantFrom('m', 'other'),
        promptMicrosPerMillion: fc.bigInt({ min: 0n, max: 30_000n }),
        completionMicrosPerMillion: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      }),
      300,
    )
    .map((fields, n) => usageEventOf({ id: `e${n}`, ...fields }))
  await Promise.all(events.map(book))
  const exactly = (some: UsageEvent[]): string =>
    String((some.reduce((sum, one) => sum + exactCost(one, one), 0n) + 500_000n) / 1_000_000n)
  for (const [since, until] of [
    ['09:00:00', '12:30:00'],
    ['10:20:00', '12:10:00'],
  ] as const) {
    const within = events.filter(({ atMs }) => atMs >= at(since) && atMs < at(until))
    const shown = await usage(
      `/projects/prj_1/usage?groupBy=model&since=2026-03-14T${since}Z&until=2026-03-14T${until}Z`,
    )
    expect(shown.totals.costMicros).toBe(exactly(within))
    for (const row of shown.rows) {
      expect(row.costMicros).toBe(exactly(within.filter(({ model }) => model === row.model)))
    }
  }
})

test('a hundred calls at a fifth of a micro-unit cost 20 micro-units', async () => {
  for (let n = 0; n < 100; n++) {
    const small = { promptTokens: 20, completionTokens: 0, promptMicrosPerMillion: 10_000n }
    await book(usageEventOf({ id: `e${n}`, atMs: at('12:00:00'), ...small }))
  }
  expect((await usage('/projects/prj_1/usage')).totals.costMicros).toBe('20')
})

test('what a caller got wrong is no failed request', async () => {
  await book(usageEventOf({ id: 'a', atMs: at('10:00:00'), outcome: 'upstream_refused' }))
  await book(usageEventOf({ id: 'b', atMs: at('10:00:00'), outcome: 'client_gone' }))
  await book(usageEventOf({ id: 'c', atMs: at('10:00:00'), outcome: 'interrupted' }))
  await book(usageEventOf({ id: 'd', atMs: at('12:20:00'), outcome: 'upstream_refused' }))
  await book(usageEventOf({ id: 'e', atMs: at('12:20:00'), outcome: 'upstream_failed' }))
  expect((await usage('/projects/prj_1/usage')).totals).toMatchObject({ requests: 5, failedRequests: 2 })
})

test('a project sees its own usage, an organisation that of its projects, nobody another’s', async () => {
  await book(usageEventOf({ id: 'a', atMs: at('10:00:00') }))
  await book(usageEventOf({ id: 'b', atMs: at('10:00:00'), projectId: 'prj_2' }))
  await book(usageEventOf({ id: 'c', atMs: at('10:00:00'), projectId: 'prj_3', organisationId: 'org_2' }))
  expect((await usage('/projects/prj_1/usage')).totals.requests).toBe(1)
  expect((await usage('/organisations/org_1/usage')).totals.requests).toBe(2)
  expect((await usage('/projects/prj_9/usage')).rows).toEqual([])
})

test('what the policy does not let be read for billing is refused', async () => {
  mayRead = false
  expect(await usage('/projects/prj_1/usage')).toMatchObject({ status: 403, code: 'policy_refused' })
})

test('a time span that runs backwards is refused', async () => {
  const answer = await usage('/projects/prj_1/usage?since=2026-03-15T00:00:00Z&until=2026-03-14T00:00:00Z')
  expect(answer).toMatchObject({ status: 400, code: 'invalid_request' })
})
