import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { Backups } from '../../../platform/backups/index.ts'
import { movableClock } from '../../../platform/clock/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

const clause = 'START-35'
const dayMs = 86_400_000
let system: TestSystem
let backups: Backups
let clock: ReturnType<typeof movableClock>
beforeAll(async () => {
  clock = movableClock(new Date())
  system = await createTestSystem(dataMap, clock)
  backups = system.backups
})
afterAll(() => system.database.close())
beforeEach(() => mkdirSync(backups.folder, { recursive: true }))
afterEach(() => rmSync(backups.folder, { recursive: true, force: true }))

const make = async (): Promise<string> => {
  const { path } = await backups.write('data', `bak_${clock.nowMs()}`)
  await backups.write('keys', `bak_k${clock.nowMs()}`)
  return path
}
const verify = (sabotaged: Partial<TestSystem> = {}) => verifyClause({ ...system, ...sabotaged }, clause)

it('backups are kept protected: with none yet by living through one, with some by reading them', async () => {
  expect(await verify()).toMatchObject({
    state: 'kept',
    figure: expect.stringMatching(/^0 backups looked at; .* of an erased person brought back and erased again$/),
  })
  await make()
  expect(await verify()).toMatchObject({ state: 'kept', figure: expect.stringMatching(/^2 backups looked at/) })
})

it('are broken by a writer that does not encrypt', async () => {
  const seal: Backups['seal'] = async (path, header, _key, plain) => {
    const parts: Buffer[] = [Buffer.from(`AVOWBAK1${JSON.stringify(header)}`)]
    for await (const part of plain) parts.push(part)
    writeFileSync(path, Buffer.concat(parts))
    return 0
  }
  const report = await verify({ backups: { ...backups, seal } })
  expect(report).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('a backup shows in clear what it holds'),
  })
})

it('are broken by a plain copy of the database in the folder', async () => {
  writeFileSync(join(backups.folder, 'dump.sql'), 'insert into person values (1)')
  expect(await verify()).toMatchObject({
    state: 'broken',
    reason: 'dump.sql in the folder of backups is not an encrypted backup',
  })
})

it('are broken by a backup that was changed, and by one that was cut off', async () => {
  const path = await make()
  const bytes = readFileSync(path)
  truncateSync(path, bytes.length - 100)
  expect(await verify()).toMatchObject({ state: 'broken', reason: expect.stringContaining('cannot be read back') })
})

it('are broken by one that should have been deleted, and by a sweep that deletes nothing', async () => {
  await make()
  const idle = { ...backups, removeDue: async () => [] }
  expect(await verify({ backups: idle })).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('a backup past its time is not deleted'),
  })
  clock.advance(40 * dayMs)
  const late = await verify({ backups: idle })
  expect(late).toMatchObject({ state: 'broken', reason: expect.stringMatching(/data-\S+ should have been deleted at/) })
  expect((await verify()).state).toBe('kept')
  expect(await backups.list()).toEqual([])
})

it('are broken by what a restore moved aside and nobody deletes', async () => {
  const aside = join(dirname(backups.folder), 'before-rst_1')
  mkdirSync(aside)
  writeFileSync(join(aside, 'moved-at'), clock.now().toISOString())
  expect((await verify()).state).toBe('kept')
  clock.advance(9 * dayMs)
  const idle = { ...backups, removeDue: async () => [] }
  expect((await verify({ backups: idle })).reason).toContain('before-rst_1, moved aside by a restore, is still there')
  expect((await verify()).state).toBe('kept')
})

it('are broken by a restore that skips what was erased since', async () => {
  const report = await verify({ replayErasures: async () => 0 })
  expect(report).toMatchObject({
    state: 'broken',
    reason: expect.stringMatching(/rows of an erased person stay after a restore/),
  })
})

it('are broken by an erased person who is there again, and by serving before a restore is done', async () => {
  const { pool } = system.database
  await pool.query("insert into organisation (id, sealed_name, created_at) values ('org_gone', 'x', now())")
  await pool.query(
    "insert into erasure_ledger (id, at, subject_kind, subject_hash) values ('ers_1', now(), 'organisation', $1)",
    [system.vault.keyedHash('erasure', 'org_gone')],
  )
  expect((await verify()).reason).toBe('1 erased subject came back with a restore')
  await pool.query('delete from organisation')
  await pool.query(
    "insert into restore_run (id, state, backup_id, backup_at, keys_at, begun_at) values ('rst_1', 'loaded', 'bak', now(), now(), now())",
  )
  expect((await verify()).reason).toBe('a restored backup is served before its erasures were repeated')
})
