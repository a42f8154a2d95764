import type { CompiledPolicy } from '@avow/policy'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createDisclosures, type Disclosed } from './disclosures.ts'
import { promptFields } from './egress.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(() => database.pool.query('truncate sending, disclosure'))

const policy = { source: { disclosures: ['legal-requirement'] }, hash: 'h' } as unknown as CompiledPolicy
const { record } = createDisclosures(policy, 'US')
const sent = (more: Partial<Disclosed> = {}): Disclosed => ({
  ground: 'processor',
  recipient: 'example-ai',
  name: 'Example Ltd',
  purpose: 'provide',
  fields: promptFields,
  country: 'DE',
  safeguard: 'clauses',
  about: [
    { kind: 'organisation', id: 'org_1' },
    { kind: 'person', id: 'per_1' },
  ],
  times: 2,
  at: new Date('2027-01-02T10:00:00Z'),
  ...more,
})
const write = (...disclosed: Disclosed[]) => database.transaction((tx) => record(tx, disclosed))
const rows = async (table: string) =>
  (await database.pool.query(`select * from ${table} order by first_at, times`)).rows

it('a day of calls is one row for each whom they were about, and one about nobody', async () => {
  await write(sent(), sent({ at: new Date('2027-01-02T09:00:00Z'), times: 3 }))
  await write(sent({ at: new Date('2027-01-02T23:59:59Z'), times: 1 }))
  const found = await rows('disclosure')
  expect(found.toSorted((a) => (a.person_id === null ? -1 : 1))).toMatchObject(
    ['org_1', 'per_1'].map((id) => ({
      [id.startsWith('org') ? 'organisation_id' : 'person_id']: id,
      times: '6',
      first_at: new Date('2027-01-02T09:00:00Z'),
      last_at: new Date('2027-01-02T23:59:59Z'),
      categories: ['content.inference'],
    })),
  )
  expect(await rows('sending')).toMatchObject([{ times: '6', from_country: 'US', to_country: 'DE', policy: 'h' }])
})

it('another day, party or purpose is another row', async () => {
  await write(
    sent(),
    sent({ at: new Date('2027-01-03T00:00:00Z') }),
    sent({ recipient: 'other' }),
    sent({ purpose: 'support' }),
  )
  expect(await rows('disclosure')).toHaveLength(8)
  expect(await rows('sending')).toHaveLength(4)
})

it('a ground that the policy does not have is refused, and nothing of it is written', async () => {
  await write(sent({ ground: 'legal-requirement', recipient: 'court' }))
  await expect(write(sent(), sent({ ground: 'adviser' }))).rejects.toMatchObject({ code: 'policy_refused' })
  expect(await rows('sending')).toHaveLength(1)
})

it('what is rolled back was not disclosed', async () => {
  const broken = database.transaction(async (tx) => {
    await record(tx, [sent()])
    throw new Error('the server refused it')
  })
  await expect(broken).rejects.toThrow('refused it')
  expect(await rows('disclosure')).toEqual([])
})
