import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { findSuddenSpends } from './watch-spend.ts'

const now = new Date('2026-11-22T12:40:00Z')
const rule = { times: 10, floorMicros: 5_000_000n }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(() => database.pool.query('truncate usage_hour'))

/** Books units of the currency of a key in one hour. */
const spend = (hour: string, keyId: string, units: number, projectId = 'prj_1') =>
  database.pool.query(
    `insert into usage_hour (hour, organisation_id, project_id, key_id, model, currency, requests, failed_requests, prompt_tokens, completion_tokens, cost_picos)
     values ($1, 'org_1', $2, $3, 'model', 'EUR', 7, 0, 1, 1, $4)`,
    [hour, projectId, keyId, String(BigInt(units) * 1_000_000_000_000n)],
  )
const found = async () =>
  (await findSuddenSpends(database.direct, now, rule)).map(({ of, id, spentMicros, usualMicros }) => [
    ...[of, id, String(spentMicros), String(usualMicros)],
  ])

test('a key that spends many times its mean of seven days is sudden, its project is not told beside it', async () => {
  await spend('2026-11-21T12:00:00Z', 'key_steady', 168)
  await spend('2026-11-22T12:00:00Z', 'key_steady', 10)
  await spend('2026-11-20T03:00:00Z', 'key_stolen', 168)
  await spend('2026-11-14T03:00:00Z', 'key_stolen', 99_999)
  await spend('2026-11-22T12:00:00Z', 'key_stolen', 60)
  expect(await found()).toEqual([['key', 'key_stolen', '60000000', '1000000']])
})

test('a project of which no key alone is sudden is so itself, and below the floor nobody is', async () => {
  for (const key of ['a', 'b']) await spend('2026-11-22T12:00:00Z', key, 4)
  await spend('2026-11-22T12:00:00Z', 'c', 4, 'prj_2')
  expect(await found()).toEqual([['project', 'prj_1', '8000000', '0']])
})
