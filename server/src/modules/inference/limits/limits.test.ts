import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../../platform/clock/index.ts'
import { listenTo } from '../../../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createLimits } from './index.ts'
import { saveLimits } from './limit-store.ts'

let database: TestDatabase
const log = createLog('silent')
const organisationId = 'org_1'
const row = { coveredId: organisationId, organisationId, projectId: null, changedBy: null, changedAt: new Date(0) }

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('org_1', '\\x00', 'DE', now())`,
  )
})
afterAll(() => database.close())

test('a gateway hears of limits that another process sets, and keeps what it knows while it cannot ask', async () => {
  const changes = listenTo({ connectionString: database.url }, 'organisation_limits_changed', log)
  const limits = createLimits({ database, changes, log, clock: systemClock, projectsOf: async () => [] })
  await changes.start()
  await limits.start()
  try {
    expect(limits.shared.of(organisationId)).toBeUndefined()
    await saveLimits(database.direct, { ...row, requestsPerMinute: 5 })
    await saveLimits(database.direct, { ...row, concurrentRequests: 2 })
    const known = { requestsPerMinute: 5, tokensPerMinute: null, concurrentRequests: 2 }
    await vi.waitFor(() => expect(limits.shared.of(organisationId)).toEqual(known))
    await database.pool.query('alter table call_limit rename to call_limit_away')
    await database.pool.query(`select pg_notify('organisation_limits_changed', 'org_1')`)
    await database.pool.query('alter table call_limit_away rename to call_limit')
    expect(limits.shared.of(organisationId)).toEqual(known)
    await database.pool.query('delete from call_limit')
    await vi.waitFor(() => expect(limits.shared.of(organisationId)).toBeUndefined(), { timeout: 5000 })
  } finally {
    await limits.stop()
    await changes.close()
  }
})
