import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { backedUpFolders, dataMap } from '../app.ts'
import { createBackups, takeBackupKey } from '../platform/backups/index.ts'
import { systemClock } from '../platform/clock/index.ts'
import { noReadings } from '../platform/db/index.ts'
import { anyReader } from '../platform/db/test-reading.ts'
import { createLog } from '../platform/log/index.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../platform/postgres/index.ts'
import { openDataFolder } from './data-folder.ts'
import { loadPolicy } from './load-policy.ts'
import { openStorage } from './open-storage.ts'
import { finishRestore, readPlan } from './restore-plan.ts'

const log = createLog('silent')
const { policy } = loadPolicy('starter', new URL('../../../policies', import.meta.url).pathname, () => undefined)
let path = ''
beforeAll(() => {
  path = mkdtempSync(join(tmpdir(), 'avow-restore-'))
})
afterAll(() => rmSync(path, { recursive: true, force: true }))

const withPostgres = async <T>(folder: string, work: (postgres: EmbeddedPostgres) => Promise<T>): Promise<T> => {
  const secrets = openDataFolder(path)
  const postgres = await startEmbeddedPostgres(folder, secrets.secret('secrets/database-password'), log)
  secrets.release()
  try {
    return await work(postgres)
  } finally {
    await postgres.stop()
  }
}

const storage = ({ url, vaultUrl }: EmbeddedPostgres) =>
  openStorage({
    config: { masterKeyFile: join(path, 'secrets/master.key') },
    databaseUrl: url,
    vaultDatabaseUrl: vaultUrl,
    clock: systemClock,
    log,
    map: dataMap,
    readings: noReadings,
  })

const place = { table: 'organisation', column: 'sealed_name', row: 'org_1' }

/** One organisation, then a backup, then another organisation, an erasure of the first and a hold. @returns the data file */
const prepare = (): Promise<string> =>
  withPostgres(path, async (postgres) => {
    const { database, vault } = await storage(postgres)
    const add = async (id: string) =>
      database.pool.query('insert into organisation (id, sealed_name, created_at) values ($1, $2, now())', [
        id,
        await vault.sealFor(id, { ...place, row: id }, 'Canary Ltd'),
      ])
    await add('org_1')
    await add('org_2')
    await database.pool.query(
      "create table if not exists usage_event_p20260105 partition of usage_event for values from ('2026-01-05T00:00:00Z') to ('2026-01-06T00:00:00Z')",
    )
    const backups = createBackups({
      databaseUrl: postgres.url,
      vaultDatabaseUrl: postgres.vaultUrl,
      folder: join(path, 'backups'),
      dataDir: path,
      fileFolders: backedUpFolders,
      key: takeBackupKey(join(path, 'secrets/backup.key')),
      clock: systemClock,
      policy,
      map: dataMap,
      version: 'test',
    })
    const { path: file } = await backups.write('data', 'bak_first')
    await add('org_later')
    await database.pool.query(
      "insert into erasure_ledger (id, at, subject_kind, subject_hash) values ('ers_1', now(), 'organisation', $1)",
      [vault.keyedHash('erasure', 'org_1')],
    )
    await database.pool.query("delete from organisation where id = 'org_1'")
    await vault.shred('org_1')
    await database.pool.query(
      "insert into legal_hold (id, scope, addresses, ground, placed_at, begins_at) values ('hld_1', 'everyone', '{}', 'test', now(), now())",
    )
    await vault.close()
    await database.close()
    return file
  })

const script = new URL('./test-kill-restore.ts', import.meta.url).pathname

/** Restores in a process that is killed after a step. @returns the step, or what it printed when it ended */
const restoreUntil = (step: number, wish: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, path, String(step), JSON.stringify(wish)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(output)
      else reject(new Error(`the restore ended with ${code}`))
    })
  })

const names = async (folder: string) =>
  withPostgres(folder, async (postgres) => {
    const { database, vault } = await storage(postgres)
    const { rows } = await database.pool.query<{ id: string; sealed: Buffer }>(
      'select id, sealed_name as sealed from organisation order by 1',
    )
    const opened = await vault.openMany(
      anyReader,
      rows.map(({ id, sealed }) => ({ subject: id, place: { ...place, row: id }, sealed })),
    )
    const restores = await database.pool.query<{ state: string }>('select state from restore_run')
    const holds = await database.pool.query<{ id: string }>('select id from legal_hold')
    const { rows: ledger } = await database.pool.query('select id from erasure_ledger')
    await vault.close()
    await database.close()
    return {
      organisations: Object.fromEntries(rows.map(({ id }, at) => [id, opened[at]])),
      restores: restores.rows.map(({ state }) => state),
      holds: holds.rows.map(({ id }) => id),
      ledger: ledger.length,
    }
  })

it('a restore killed after every step is refused to be served until it is resumed, ends whole, and loses nothing', async () => {
  const file = await prepare()
  const killed: string[] = []
  for (let step = 1; killed.at(-1) !== 'restored'; ) {
    const plan = readPlan(path)
    // A load begins anew each time, so the kill comes a step later; what was moved stays moved.
    const output = await restoreUntil(
      plan?.phase === 'moving' ? 1 : step++,
      plan === null ? { file } : { resume: true },
    )
    killed.push(output)
    if (readPlan(path)?.phase !== 'loading') continue
    await expect(finishRestore(path)).rejects.toThrow(/was begun and cut off/)
    expect(existsSync(join(path, 'postgres/PG_VERSION'))).toBe(true)
  }
  expect(killed).toEqual(
    expect.arrayContaining([
      'planned',
      'database-marked',
      'data-loaded',
      'keys-loaded',
      'newest-loaded',
      'moving',
      'aside postgres',
      'placed postgres',
      'placed journal',
    ]),
  )
  expect(existsSync(join(path, 'restore'))).toBe(false)
  expect(await names(path)).toEqual({
    // The key of the erased one is gone for good: what the old backup brought back cannot be read.
    organisations: { org_1: null, org_2: 'Canary Ltd' },
    restores: ['loaded'],
    holds: ['hld_1'],
    ledger: 1,
  })
  const [aside] = readdirSync(path).filter((name) => name.startsWith('before-'))
  expect(await names(join(path, aside ?? ''))).toMatchObject({
    organisations: { org_2: 'Canary Ltd', org_later: 'Canary Ltd' },
    restores: [],
  })
}, 600_000)
