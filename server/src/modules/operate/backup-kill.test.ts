import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../app.ts'
import { listBackups, takeBackupKey, verifyBackup } from '../../platform/backups/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'

let database: TestDatabase
let dataDir = ''
beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'avow-backup-kill-'))
})
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true })
  await database.close()
})

const script = new URL('./test-kill-backup.ts', import.meta.url).pathname

/** Makes what is due in a process that is killed before a statement. @returns whether it ended by itself */
const makeUntil = (statement: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, database.url, dataDir, String(statement)], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    child.stdin.end(JSON.stringify(dataMap))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(code === 0)
      else reject(new Error(`it ended with ${code}`))
    })
  })

it('a backup killed again and again, each time further on, ends: one is kept, whole, and nothing half-written stays', async () => {
  await database.pool.query(
    "insert into organisation (id, sealed_name, created_at) select 'org_' || n, 'x', now() from generate_series(1, 3000) n",
  )
  await database.pool.query(
    "insert into evidence_leaf (at, gate, decision) select now(), 'data-map', 'done' from generate_series(1, 3000)",
  )
  let isMade = false
  let kills = 0
  for (let statement = 4; !isMade; statement += 9) {
    isMade = await makeUntil(statement)
    if (!isMade) kills++
    const key = takeBackupKey(join(dataDir, 'backup.key'))
    for (const { path } of await listBackups(join(dataDir, 'backups'))) await verifyBackup(path, key)
  }
  expect(kills).toBeGreaterThan(5)
  const names = readdirSync(join(dataDir, 'backups'))
  expect(names.filter((name) => name.endsWith('.partial'))).toEqual([])
  expect(names.filter((name) => name.startsWith('keys-')).length).toBeGreaterThan(0)
  const { rows } = await database.pool.query('select state, rows > 0 as filled, file from backup')
  expect(rows).toEqual([{ state: 'kept', filled: true, file: expect.stringMatching(/^data-/) }])
  expect(names.filter((name) => name.startsWith('data-'))).toEqual([rows[0]?.file])
}, 300_000)
