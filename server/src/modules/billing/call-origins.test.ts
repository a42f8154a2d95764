import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { createCallOrigins } from './call-origins.ts'
import { copyUsage } from './copy-usage.ts'
import { usageEventOf } from './test-usage-event.ts'
import { encodeUsageLine } from './usage-line.ts'

let database: TestDatabase
let vault: Vault
let client: Client
beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await vault.close()
  await database.close()
})

const address = '203.0.113.9'
const agent = 'canary-program/1.0'
const under = (...calls: string[]) =>
  createCallOrigins({
    policy: { source: { records: { calls } } } as unknown as Parameters<typeof createCallOrigins>[0]['policy'],
    vault,
    unwanted: { withoutUnwanted: (text) => (text?.includes('4111') ? null : text) },
  })
const both = () => under('IP address', 'user agent') ?? expect.fail()

/** Books lines as the shipper does, and gives their cells as they stand in the database. */
const book = async (lines: readonly string[], origins: ReturnType<typeof under>) => {
  await database.pool.query('truncate usage_event, usage_hour')
  const batch = { texts: () => lines.map((line) => `${line}\n`) }
  for (const _again of [1, 2]) await copyUsage(client, batch, new Set(), { disclose: async () => undefined, origins })
  const { rows } = await database.pool.query<Record<'id' | 'organisation_id', string> & Record<string, Buffer | null>>(
    'select id, organisation_id, sealed_ip_address, sealed_user_agent from usage_event order by id',
  )
  return rows
}
const open = (row: Awaited<ReturnType<typeof book>>[number] | undefined, column: string) => {
  const place = { table: 'usage_event', column, row: row?.id ?? '' }
  return vault.openFor(database.direct, row?.organisation_id ?? '', place, row?.[column] ?? Buffer.alloc(0))
}

test('a call keeps nothing of its caller where the policy does not say that it does', async () => {
  expect(under('time', 'model')).toBeNull()
  const onlyAddress = under('IP address') ?? expect.fail()
  const line = encodeUsageLine(usageEventOf({ id: 'req_1', origin: onlyAddress.note(address, agent) }))
  const [row] = await book([line], onlyAddress)
  expect(await open(row, 'sealed_ip_address')).toBe(address)
  expect(row?.sealed_user_agent).toBeNull()
  const [now] = await book([line], null)
  expect(now).toMatchObject({ sealed_ip_address: null, sealed_user_agent: null })
})

test('the journal holds no address and no program that could be read there, and one text for all calls of a client', () => {
  const origins = both()
  const noted = origins.note(address, agent)
  expect(Buffer.from(noted, 'base64url').toString('latin1')).not.toContain('canary')
  expect(encodeUsageLine(usageEventOf({ id: 'req_1', origin: noted }))).not.toContain(address)
  expect(origins.note(address, agent)).toBe(noted)
  expect(origins.note(address, 'another')).not.toBe(noted)
})

test('in the database both are sealed for the organisation, each in the place of its own record', async () => {
  const origins = both()
  const events = [
    usageEventOf({ id: 'req_1', organisationId: 'org_1', origin: origins.note(address, agent) }),
    usageEventOf({ id: 'req_2', organisationId: 'org_2', origin: origins.note(address, null) }),
    usageEventOf({ id: 'req_3' }),
  ]
  const rows = await book(events.map(encodeUsageLine), origins)
  expect(rows).toHaveLength(3)
  expect(await open(rows[0], 'sealed_ip_address')).toBe(address)
  expect(await open(rows[0], 'sealed_user_agent')).toBe(agent)
  expect(await open(rows[1], 'sealed_ip_address')).toBe(address)
  expect(rows[1]?.sealed_user_agent).toBeNull()
  expect(rows[2]).toMatchObject({ sealed_ip_address: null, sealed_user_agent: null })
  await expect(open({ ...rows[0], id: 'req_9' } as never, 'sealed_ip_address')).rejects.toThrow()
})

test('a program that names itself at length, or with a number that is not held, costs a call nothing', async () => {
  const origins = both()
  const long = origins.note(address, 'é'.repeat(5000))
  expect(long.length).toBeLessThan(500)
  const card = origins.note(address, 'pay 4111 1111 1111 1111')
  const rows = await book(
    [long, card].map((origin, at) => encodeUsageLine(usageEventOf({ id: `req_${at}`, origin }))),
    origins,
  )
  expect((await open(rows[0], 'sealed_user_agent')).length).toBe(128)
  expect(rows[1]?.sealed_user_agent).toBeNull()
})

test('a call of an organisation that was erased meanwhile is booked, and says nothing of its caller', async () => {
  const origins = both()
  await vault.sealFor('org_gone', { table: 'usage_event', column: 'sealed_ip_address', row: 'r' }, 'x')
  await vault.shred('org_gone')
  const event = usageEventOf({ id: 'req_1', organisationId: 'org_gone', origin: origins.note(address, agent) })
  expect(await book([encodeUsageLine(event)], origins)).toMatchObject([
    { sealed_ip_address: null, sealed_user_agent: null },
  ])
})
