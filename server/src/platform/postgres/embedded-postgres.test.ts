import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  await expect(query(postgres.adminUrl.replace('a%20password', 'guess'), 'select 1')).rejects.toThrow(/password/)
})

test('the application is no superuser and has no way to the keys of the vault; the vault has none to its tables', async () => {
  await query(postgres.vaultUrl, 'create table vault.probe (n int); create table if not exists vault.probe (n int)')
  await query(postgres.url, 'create table mine (n int)')
  await expect(query(postgres.url, 'select n from vault.probe')).rejects.toThrow(/permission denied/)
  await expect(query(postgres.url, 'drop schema vault cascade')).rejects.toThrow(/must be owner/)
  await expect(query(postgres.url, 'set role avow_vault')).rejects.toThrow(/permission denied/)
  await expect(query(postgres.vaultUrl, 'select n from public.mine')).rejects.toThrow(/permission denied/)
  const rights =
    'select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as any from pg_roles where rolname = current_user'
  expect([...(await query(postgres.url, rights)), ...(await query(postgres.vaultUrl, rights))]).toEqual([
    { any: false },
    { any: false },
  ])
  await query(postgres.vaultUrl, 'drop table vault.probe')
})

test('what an older version made as the superuser belongs to the application after a start', async () => {
  const older =
    'create table older (id bigint generated always as identity, n serial, at text); create index on older (at)'
  await query(
    postgres.adminUrl,
    `${older}; create type mood as enum ('good'); create function one() returns int language sql return 1`,
  )
  await postgres.stop()
  postgres = await startEmbeddedPostgres(folder, 'a password', log)
  await query(postgres.url, 'alter table older drop column n; drop function one(); drop type mood; drop table older')
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

test('abandoned, it ends by itself, is not started again, and the next start has everything that was committed', async () => {
  const pid = postgres.pid()
  postgres.abandon()
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false)
  postgres = await startEmbeddedPostgres(folder, 'a password', log)
  expect(await query(postgres.url, 'select count(*)::int n from kept')).toEqual([{ n: 1000 }])
})
