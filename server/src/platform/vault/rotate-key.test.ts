import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { anyReader } from '../db/test-reading.ts'
import { createLog } from '../log/index.ts'
import { createKeyFiles } from './key-files.ts'
import { openVault, type Vault, type VaultDeps } from './open-vault.ts'

let database: TestDatabase
let folder: string
let file: string
let deps: VaultDeps
let open: Vault[]

beforeEach(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'avow-rotate-'))
  file = join(folder, 'master.key')
  const files = createKeyFiles(file)
  deps = { databaseUrl: database.url, files, clock: systemClock, log: createLog('silent'), hasSecrets: false }
  open = []
})
afterEach(async () => {
  for (const vault of open) await vault.close()
  await database.close()
  rmSync(folder, { recursive: true })
})

const opened = async (changes: Partial<VaultDeps> = {}): Promise<Vault> => {
  const vault = await openVault({ ...deps, ...changes })
  open.push(vault)
  return vault
}

const place = { table: 't', column: 'c', row: 'r' }
const subjects = Array.from({ length: 1200 }, (_, i) => `s${i}`)

const sealAll = (vault: Vault) =>
  Promise.all(
    subjects.map(async (subject) => ({ subject, place, sealed: await vault.sealFor(subject, place, subject) })),
  )

const wrappedUnder = async (): Promise<string[]> =>
  (await database.pool.query<{ id: string }>('select distinct key_id as id from vault.data_key')).rows.map(
    (row) => row.id,
  )

test('a rotation wraps every data key anew, leaves sealed values as they are, and drops the old key', async () => {
  const vault = await opened()
  const values = await sealAll(vault)
  const [before, oldFile] = [await vault.state(), readFileSync(file, 'utf8')]
  expect(await vault.rotateKey()).toBe(subjects.length + 1)
  const after = await vault.state()
  expect(after).toMatchObject({ dataKeys: subjects.length + 1, rotation: null })
  expect(after.keyId).not.toBe(before.keyId)
  expect(await wrappedUnder()).toEqual([after.keyId])
  expect(readFileSync(file, 'utf8')).not.toBe(oldFile)
  expect(existsSync(`${file}.next`)).toBe(false)
  expect((await database.pool.query('select id from vault.key_encryption_key')).rows).toEqual([{ id: after.keyId }])
  const fresh = await opened()
  expect(await fresh.openMany(anyReader, values)).toEqual(subjects)
})

test('with the old key alone nothing can be opened after a rotation', async () => {
  const vault = await opened()
  const old = createKeyFiles(file).read().current
  await vault.sealFor('s', place, 'x')
  await vault.rotateKey()
  const files = { ...deps.files, read: () => ({ current: old, next: null }) }
  await expect(openVault({ ...deps, files })).rejects.toThrow(/Restore it/)
})

const killedAt = (step: number): Promise<NodeJS.Signals | null> =>
  new Promise((done, fail) => {
    const script = new URL('./test-kill-rotation.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, database.url, file, String(step)], { stdio: 'inherit' })
    child.once('error', fail).once('exit', (_code, signal) => done(signal))
  })

// Key made, key in force, three batches, old key forgotten, key promoted.
test.each([
  1, 2, 3, 4, 5, 6, 7,
])('killed after step %i, a rotation goes on where it was and loses nothing', async (step) => {
  const before = await opened()
  const values = await sealAll(before)
  expect(await killedAt(step)).toBe('SIGKILL')

  const next = await opened()
  expect(await next.openMany(anyReader, values)).toEqual(subjects)
  const late = await before.sealFor('late', place, 'sealed by a process that did not rotate')
  expect(await next.isRotating()).toBe(step < 7)
  if (await next.isRotating()) await next.rotateKey()
  expect(await next.isRotating()).toBe(false)
  expect(existsSync(`${file}.next`)).toBe(false)

  const last = await opened()
  expect(await last.openMany(anyReader, values)).toEqual(subjects)
  expect(await last.openFor(anyReader, 'late', place, late)).toBe('sealed by a process that did not rotate')
  expect(await wrappedUnder()).toEqual([(await last.state()).keyId])
})

test('of two rotations at once one runs, and the other says so', async () => {
  let goOn: () => void = () => undefined
  const held = new Promise<void>((done) => {
    goOn = done
  })
  let isHeld: () => void = () => undefined
  const holding = new Promise<void>((done) => {
    isHeld = done
  })
  const one = await opened({
    onRotationStep: async (step) => {
      if (step !== 'key-in-force') return
      isHeld()
      await held
    },
  })
  const values = await sealAll(one)
  const two = await opened()
  const first = one.rotateKey()
  await holding
  expect((await two.state()).rotation).toEqual({ left: subjects.length + 1 })
  expect(await two.rotateKey()).toBeNull()
  const made = await two.sealFor('meanwhile', place, 'x')
  goOn()
  expect(await first).toBe(subjects.length + 1)
  const last = await opened()
  expect(await last.openMany(anyReader, [...values, { subject: 'meanwhile', place, sealed: made }])).toEqual([
    ...subjects,
    'x',
  ])
})

test('a second rotation after the first works the same', async () => {
  const vault = await opened()
  const sealed = await vault.sealFor('s', place, 'x')
  await vault.rotateKey()
  await vault.rotateKey()
  expect(await (await opened()).openFor(anyReader, 's', place, sealed)).toBe('x')
})
