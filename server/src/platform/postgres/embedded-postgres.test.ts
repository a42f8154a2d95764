import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../log/index.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

let folder: string
let postgres: EmbeddedPostgres
const log = createLog('silent')

beforeAll(async () => {
  const closed = mkdtempSync(join(tmpdir(), 'avow-pg-'))
  chmodSync(closed, 0o700)
  folder = join(closed, 'data')
  mkdirSync(folder)
  postgres = await startEmbeddedPostgres(folder, 'a password', log)
})
afterAll(async () => {
  await postgres.stop()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const query = async <T extends object>(url: string, sql: string): Promise<T[]> => {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const queryWhenBack = async <T extends object>(sql: string): Promise<T[]> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await query<T>(postgres.url, sql)
    } catch (error) {
      if (attempt > 200) throw error
      await sleep(100)
    }
  }
}

test('it runs below a folder that only its owner may enter, on loopback, in UTC, with checksums', async () => {
  const [row] = await query(
    postgres.url,
    "select current_setting('timezone') tz, current_setting('data_checksums') sums, current_setting('listen_addresses') at",
  )
  expect(row).toEqual({ tz: 'UTC', sums: 'on', at: '127.0.0.1' })
})

test('a wrong password is refused', async () => {
  await expect(query(postgres.url.replace('a%20password', 'guess'), 'select 1')).rejects.toThrow(/password/)
})

test('killed in the middle, it comes back by itself on the same address with everything that was committed', async () => {
  await query(postgres.url, 'create table kept (n int); insert into kept select generate_series(1, 1000)')
  process.kill(postgres.pid(), 'SIGKILL')
  expect(await queryWhenBack('select count(*)::int n from kept')).toEqual([{ n: 1000 }])
})

test('a database that a killed server left running is stopped and taken over', async () => {
  const orphanPid = Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
  // The first supervisor sees its child end and would start it again, so it is told to stop at the same time.
  const next = startEmbeddedPostgres(folder, 'a password', log)
  await postgres.stop()
  postgres = await next
  expect(postgres.pid()).not.toBe(orphanPid)
  expect(await query(postgres.url, 'select count(*)::int n from kept')).toEqual([{ n: 1000 }])
})
