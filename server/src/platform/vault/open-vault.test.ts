import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { anyReader } from '../db/test-reading.ts'
import { createLog } from '../log/index.ts'
import { SealBroken } from './cipher.ts'
import { createKeyFiles } from './key-files.ts'
import { openVault, type Vault, type VaultDeps } from './open-vault.ts'
import { SubjectShredded } from './subject-keys.ts'

let database: TestDatabase
let folder: string
let deps: VaultDeps
let vault: Vault

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'avow-vault-'))
  deps = {
    databaseUrl: database.url,
    files: createKeyFiles(join(folder, 'master.key')),
    clock: systemClock,
    log: createLog('silent'),
    hasSecrets: false,
  }
  vault = await openVault(deps)
})
afterAll(async () => {
  await vault.close()
  await database.close()
  rmSync(folder, { recursive: true })
})

const place = { table: 'person', column: 'email', row: 'p1' }

test('what was sealed for a subject opens in its own place, for that subject, and nowhere else', async () => {
  const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 })
  const where = fc.record({ table: part, column: part, row: part })
  const anything = fc.tuple(
    fc.string({ unit: 'binary' }),
    where,
    where,
    fc.constantFrom('a', 'b'),
    fc.constantFrom('a', 'b'),
  )
  await fc.assert(
    fc.asyncProperty(anything, async ([plain, here, there, mine, theirs]) => {
      const sealed = await vault.sealFor(mine, here, plain)
      expect(await vault.openFor(anyReader, mine, here, sealed)).toBe(plain)
      await vault.sealFor(theirs, here, '')
      const isSame = JSON.stringify([here, mine]) === JSON.stringify([there, theirs])
      if (!isSame) await expect(vault.openFor(anyReader, theirs, there, sealed)).rejects.toThrow(SealBroken)
    }),
    { numRuns: 100 },
  )
})

test('names of places and subjects that run together are told apart', async () => {
  const sealed = await vault.sealFor('s', { table: 'ab', column: 'c', row: 'r' }, 'x')
  await expect(vault.openFor(anyReader, 's', { table: 'a', column: 'bc', row: 'r' }, sealed)).rejects.toThrow(
    SealBroken,
  )
})

test('any changed, cut or added byte is found', async () => {
  const sealed = await vault.sealFor('bytes', place, 'text')
  for (let i = 0; i < sealed.length; i++) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(altered.readUInt8(i) ^ 1, i)
    await expect(vault.openFor(anyReader, 'bytes', place, altered)).rejects.toThrow(SealBroken)
    await expect(vault.openFor(anyReader, 'bytes', place, sealed.subarray(0, i))).rejects.toThrow(SealBroken)
  }
  await expect(vault.openFor(anyReader, 'bytes', place, Buffer.concat([sealed, Buffer.alloc(1)]))).rejects.toThrow(
    SealBroken,
  )
})

test('the same text sealed twice looks different; its blind index is the same for one use only', async () => {
  const [one, two] = [await vault.sealFor('same', place, 'x'), await vault.sealFor('same', place, 'x')]
  expect(one.equals(two)).toBe(false)
  expect(vault.blindIndex('email', 'x')).toBe(vault.blindIndex('email', 'x'))
  expect(vault.blindIndex('email', 'x')).not.toBe(vault.blindIndex('name', 'x'))
})

test('many are opened in their order, and a shredded subject among them is null', async () => {
  const subjects = ['m1', 'm2', 'm3']
  const values = await Promise.all(
    subjects.map(async (subject) => ({ subject, place, sealed: await vault.sealFor(subject, place, subject) })),
  )
  await vault.shred('m2')
  expect(await vault.openMany(anyReader, [...values].reverse())).toEqual(['m3', null, 'm1'])
})

test('a shredded subject cannot be read or keyed again, in any process, also where the key was in memory', async () => {
  const other = await openVault(deps)
  const sealed = await vault.sealFor('gone', place, 'secret')
  expect(await other.openFor(anyReader, 'gone', place, sealed)).toBe('secret')
  expect(await vault.shred('gone')).toBe(true)
  await expect(vault.openFor(anyReader, 'gone', place, sealed)).rejects.toThrow(SubjectShredded)
  await expect(vault.sealFor('gone', place, 'again')).rejects.toThrow(SubjectShredded)
  await expect.poll(() => other.openMany(anyReader, [{ subject: 'gone', place, sealed }])).toEqual([null])
  await expect(other.sealFor('gone', place, 'again')).rejects.toThrow(SubjectShredded)
  expect([await vault.isShredded('gone'), await vault.isShredded('m1')]).toEqual([true, false])
  expect(await vault.shred('gone')).toBe(false)
  await other.close()
})

test('the list of the shredded names nobody', async () => {
  await vault.shred('somebody')
  const { rows } = await database.pool.query('select * from vault.shredded')
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain('somebody')
})

test('shredded while many seal and open, a subject is unreadable afterwards for all of them', async () => {
  const other = await openVault(deps)
  const results = Promise.allSettled(
    Array.from({ length: 60 }, async (_, i) => {
      const by = i % 2 === 0 ? vault : other
      if (i === 30) await vault.shred('busy')
      return by.sealFor('busy', place, `text ${i}`)
    }),
  )
  const sealed = (await results).flatMap((one) =>
    one.status === 'fulfilled' && Buffer.isBuffer(one.value) ? [one.value] : [],
  )
  const opened = () =>
    other.openMany(
      anyReader,
      sealed.map((value) => ({ subject: 'busy', place, sealed: value })),
    )
  await expect.poll(opened).toEqual(sealed.map(() => null))
  expect((await database.pool.query("select 1 from vault.data_key where subject = 'busy'")).rowCount).toBe(0)
  await other.close()
})

test('two processes that key a subject at once get the same key', async () => {
  const other = await openVault(deps)
  const sealed = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? vault : other).sealFor('race', place, String(i))),
  )
  const values = sealed.map((value) => ({ subject: 'race', place, sealed: value }))
  expect(await vault.openMany(anyReader, values)).toEqual(values.map((_, i) => String(i)))
  await other.close()
})

test('no key and nothing that was sealed is in the database in clear', async () => {
  const master = readFileSync(join(folder, 'master.key'), 'utf8').trim()
  await vault.sealFor('clear', place, 'canary-text')
  const { rows } = await database.pool.query("select encode(wrapped, 'hex') as wrapped, * from vault.data_key")
  const all = JSON.stringify(rows)
  expect(all).not.toContain(Buffer.from(master, 'base64').toString('hex'))
  expect(all).not.toContain('canary-text')
})

test('with another master key than the one that the database was sealed with it does not open', async () => {
  const files = createKeyFiles(join(folder, 'other.key'))
  await expect(openVault({ ...deps, files })).rejects.toThrow(/Restore it/)
  files.makeFirst()
  await expect(openVault({ ...deps, files })).rejects.toThrow(/Restore it/)
})

test('an installation that sealed with its master key before keeps every secret', async () => {
  const older = await createTestDatabase()
  const files = createKeyFiles(join(folder, 'older.key'))
  const { createSecrets } = await import('./secrets.ts')
  const before = createSecrets(files.makeFirst().master)
  const sealed = before.seal('model/m1', 'upstream key')
  const opened = await openVault({ ...deps, databaseUrl: older.url, files, hasSecrets: true })
  expect(opened.open('model/m1', sealed)).toBe('upstream key')
  await opened.rotateKey()
  await opened.close()
  const again = await openVault({ ...deps, databaseUrl: older.url, files, hasSecrets: true })
  expect(again.open('model/m1', sealed)).toBe('upstream key')
  expect(again.keyedHash('api-key', 'x')).toBe(before.keyedHash('api-key', 'x'))
  await again.close()
  await older.close()
})
