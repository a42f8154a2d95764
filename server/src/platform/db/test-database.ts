import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { type Database, type OpenDatabase, openDatabase } from './database.ts'
import { anyReading } from './test-reading.ts'

/** For tests of parts that stand below the purpose gate, and for arranging what others find: it admits everything. */
export interface TestDatabase extends Database, OpenDatabase {
  readonly url: string
}

/** A fresh migrated database of its own, on the test run's cluster. Dropped by `close`. */
export const createTestDatabase = async (connectionsMax = 8): Promise<TestDatabase> => {
  const templateUrl = inject('databaseUrl')
  const name = `t_${randomBytes(6).toString('hex')}`
  const admin = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: templateUrl.replace(/\/avow$/, '/postgres') })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await admin(`create database ${name} template avow`)
  const url = templateUrl.replace(/\/avow$/, `/${name}`)
  const database = openDatabase(url, connectionsMax, () => undefined, { for: () => anyReading, duty: () => anyReading })
  return {
    ...database,
    ...database.duty('check'),
    url,
    close: async () => {
      await database.close()
      await admin(`drop database ${name} with (force)`)
    },
  }
}
