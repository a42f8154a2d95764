import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createLog } from '../log/index.ts'
import { createJobs, enqueue, type Jobs, migrateJobs } from './jobs.ts'

let database: TestDatabase
let admin: Client
let jobs: Jobs
beforeEach(async () => {
  database = await createTestDatabase()
  await migrateJobs(database)
  admin = new Client({ connectionString: inject('databaseUrl').replace(/\/avow$/, '/postgres') })
  await admin.connect()
  jobs = createJobs(database, createLog('silent'))
})
afterEach(async () => {
  await jobs.stop()
  await admin.end()
  await database.close()
})

/** As when the database server is gone: connections end, and none can be made. */
const takeAway = async (): Promise<void> => {
  const name = new URL(database.url).pathname.slice(1)
  await admin.query(`alter database ${name} with allow_connections false`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
}
const giveBack = () =>
  admin.query(`alter database ${new URL(database.url).pathname.slice(1)} with allow_connections true`)

test('a job that fails while the database is away is tried again when it is back, and others go on', async () => {
  const ran: string[] = []
  await jobs.start([
    {
      name: 'breaks',
      readsFor: ['security'],
      run: async () => {
        ran.push('breaks')
        if (ran.length > 1) return
        await takeAway()
        setTimeout(() => void giveBack(), 400)
        throw new Error('the database went away')
      },
    },
    { name: 'other', readsFor: ['security'], run: async () => void ran.push('other') },
  ])
  await database.transaction((tx) => enqueue(tx, 'breaks', {}))
  await expect.poll(() => ran).toEqual(['breaks'])
  await expect
    .poll(() =>
      database
        .transaction((tx) => enqueue(tx, 'other', {}))
        .then(
          () => true,
          () => false,
        ),
    )
    .toBe(true)
  await expect.poll(() => ran).toContain('other')
  await expect.poll(() => ran.filter((name) => name === 'breaks')).toHaveLength(2)
})
