import { expect, test } from 'vitest'
import { ensureDayPartitions, listDayPartitions } from './index.ts'
import { createTestDatabase } from './test-database.ts'

test('several who make the same days at once all succeed, and each day is there once', async () => {
  const database = await createTestDatabase()
  await database.pool.query('create table made (at timestamptz not null) partition by range (at)')
  const from = new Date('2031-03-30T12:00:00Z')
  await Promise.all(
    Array.from({ length: 8 }, () => database.direct.transaction((tx) => ensureDayPartitions(tx, 'made', from, 20))),
  )
  const days = await database.direct.transaction((tx) => listDayPartitions(tx, 'made'))
  expect(days.map(({ name }) => name)).toEqual([...new Set(days.map(({ name }) => name))])
  expect([days.length, days[0]?.name, days.at(-1)?.name]).toEqual([20, 'made_p20310330', 'made_p20310418'])
  await database.close()
})
