import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { dataMap } from '../app.ts'
import { createTestSystem, type TestSystem } from '../modules/privacy/test-system.ts'
import { type RestoredFiles, restoreDatabase } from '../platform/backups/index.ts'
import { noReadings } from '../platform/db/index.ts'
import { createLog } from '../platform/log/index.ts'
import { openStorage } from './open-storage.ts'

let system: TestSystem
let dataDir = ''
let files: RestoredFiles
let url = ''
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'avow-into-'))
  system = await createTestSystem(dataMap)
  const { pool } = system.database
  await pool.query("insert into organisation (id, sealed_name, created_at) values ('org_1', 'x', now())")
  await pool.query("insert into evidence_leaf (at, gate, decision) values (now(), 'data-map', 'done')")
  const read = async (kind: 'data' | 'keys') => {
    const { path } = await system.backups.write(kind, `bak_${kind}`)
    return { ...(await system.backups.verify(path)), path }
  }
  const data = await read('data')
  await pool.query("insert into organisation (id, sealed_name, created_at) values ('org_2', 'x', now())")
  files = { data, keys: await read('keys'), key: system.backups.key }
})
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true })
  await system.database.close()
})

const admin = async (sql: string, at = inject('databaseUrl').replace(/\/avow$/, '/postgres')) => {
  const client = new Client({ connectionString: at })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}
beforeEach(async () => {
  const name = `r_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name}`)
  url = inject('databaseUrl').replace(/\/avow$/, `/${name}`)
  return () => admin(`drop database ${name} with (force)`)
})

const run = { id: 'rst_1', at: new Date() }
const restore = (stopAt?: string) =>
  restoreDatabase({ databaseUrl: url, vaultDatabaseUrl: url }, files, {
    dataDir,
    run,
    onStep: async (step) => {
      if (step === stopAt) throw new Error(`stopped at ${step}`)
    },
  })
const ids = async () => (await admin('select id from organisation order by 1', url)).rows.map(({ id }) => id)
const open = () =>
  openStorage({
    config: { masterKeyFile: join(dataDir, 'master.key') },
    databaseUrl: url,
    vaultDatabaseUrl: url,
    clock: system.clock,
    log: createLog('silent'),
    map: dataMap,
    readings: noReadings,
  })

it('an empty database of the operator’s own is filled; what is newest comes from the keys, sequences go on', async () => {
  await restore()
  expect(await ids()).toEqual(['org_1'])
  const { rows } = await admin(
    "insert into evidence_leaf (at, gate, decision) values (now(), 'data-map', 'done') returning sequence",
    url,
  )
  const before = await admin('select max(sequence) as last from evidence_leaf', system.database.url)
  expect(Number(rows[0].sequence)).toBeGreaterThan(Number(before.rows[0].last))
  expect((await admin('select state, backup_id from restore_run', url)).rows).toEqual([
    { state: 'loaded', backup_id: 'bak_data' },
  ])
})

it.each([
  'database-marked',
  'tables-made',
  'data-loaded',
  'keys-loaded',
])('one that was cut off at %s is not opened, and the next call fills it', async (step) => {
  await expect(restore(step)).rejects.toThrow(`stopped at ${step}`)
  await expect(open()).rejects.toThrow(/is half restored/)
  await restore()
  expect(await ids()).toEqual(['org_1'])
})

it('one that is not empty is left as it is', async () => {
  await admin('create table precious (id int)', url)
  await expect(restore()).rejects.toThrow(/is not empty/)
  expect((await admin('select count(*)::int as n from precious', url)).rows).toEqual([{ n: 0 }])
})

it('a backup of tables that this version does not know is refused', async () => {
  const { manifest } = files.data
  const own = [...manifest.migrations.own, { name: '9999-future.sql', hash: 'x' }]
  const future = {
    ...files,
    data: { ...files.data, manifest: { ...manifest, migrations: { ...manifest.migrations, own } } },
  }
  await expect(
    restoreDatabase({ databaseUrl: url, vaultDatabaseUrl: url }, future, {
      dataDir,
      run,
      onStep: async () => undefined,
    }),
  ).rejects.toThrow(/made by another version of Avow.*9999-future.sql/)
})
