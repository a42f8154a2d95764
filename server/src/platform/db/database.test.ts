import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { createTestDatabase } from './test-database.ts'
import { anyReading } from './test-reading.ts'

test('a database that is closed has no connection left, so that its server can stop without breaking one off', async () => {
  const other = await createTestDatabase()
  const lost: Error[] = []
  const database = openDatabase(other.url, 8, (error) => lost.push(error), {
    for: () => anyReading,
    duty: () => anyReading,
  })
  const pids = await Promise.all(
    Array.from({ length: 8 }, () =>
      database.for('account').transaction((tx) => tx.execute<{ pid: number }>('select pg_backend_pid() pid')),
    ),
  )
  await database.close()
  const open = await other.pool.query('select pid from pg_stat_activity where pid = any($1)', [
    pids.map(({ rows }) => rows[0]?.pid),
  ])
  expect([new Set(pids.map(({ rows }) => rows[0]?.pid)).size > 1, open.rows, lost]).toEqual([true, [], []])
  await other.close()
})
