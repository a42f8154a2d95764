import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type BackupKey, takeBackupKey } from './backup-key.ts'
import { readEntries, writeEntries } from './entries.ts'
import { type BackupHeader, openSealedFile, readHeader, writeSealedFile } from './sealed-file.ts'

let folder = ''
let key: BackupKey
let path = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-sealed-'))
  key = takeBackupKey(join(folder, 'backup.key'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const header = (): BackupHeader => ({
  id: 'bak_1',
  kind: 'data',
  createdAt: '2026-01-02T03:04:05.000Z',
  expiresAt: '2026-02-02T03:04:05.000Z',
  keyId: key.id,
  version: '1.0.0',
})

async function* pieces(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const [at, size] of sizes.entries()) yield Buffer.alloc(size, `canary ${at} `)
}
const write = (...sizes: number[]) => writeSealedFile(path, header(), key, pieces(...sizes))
const readAll = async (with_: BackupKey = key): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of (await openSealedFile(path, with_)).plain()) parts.push(part)
  return Buffer.concat(parts)
}
const plainOf = async (...sizes: number[]): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of pieces(...sizes)) parts.push(part)
  return Buffer.concat(parts)
}

let files = 0
beforeEach(() => {
  path = join(folder, `f${++files}`)
})

it.each([
  [[]],
  [[1]],
  [[262_143]],
  [[262_144]],
  [[262_145]],
  [[100_000, 500_000, 7]],
  [[1_048_576]],
])('gives back what was sealed, whatever its size: %j', async (sizes) => {
  await write(...sizes)
  expect((await readAll()).equals(await plainOf(...sizes))).toBe(true)
  expect(await readHeader(path)).toMatchObject(header())
})

it('shows nothing of what it holds, and differs each time', async () => {
  await write(600_000)
  const first = readFileSync(path)
  expect(first.includes('canary')).toBe(false)
  await write(600_000)
  expect(readFileSync(path).equals(first)).toBe(false)
})

it('refuses a change of any part: header, content, tag', async () => {
  await write(600_000)
  const whole = readFileSync(path)
  for (const at of [20, 60, 400, 270_000, whole.length - 1]) {
    const changed = Buffer.from(whole)
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at)
    writeFileSync(path, changed)
    await expect(readAll(), `byte ${at}`).rejects.toThrow(/damaged|changed|another backup key/)
  }
})

it('refuses a file that was cut off anywhere, also between two chunks, and one with more at its end', async () => {
  await write(600_000)
  const whole = readFileSync(path)
  const start = whole.length - 600_000 - 3 * 16
  for (const bytes of [5, 30, start, start + 262_160, start + 2 * 262_160, whole.length - 1]) {
    writeFileSync(path, whole)
    truncateSync(path, bytes)
    await expect(readAll(), `${bytes} bytes`).rejects.toThrow(/cut off|changed|not a backup/)
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.from('more')]))
  await expect(readAll()).rejects.toThrow(/changed or is damaged/)
})

it('says of other files what they are', async () => {
  writeFileSync(path, 'PGDMP plain text')
  await expect(readAll()).rejects.toThrow(`${path} is not a backup of Avow`)
  await write(10)
  const other = takeBackupKey(join(folder, 'other.key'))
  await expect(readAll(other)).rejects.toThrow(/made under another backup key/)
  path = join(folder, 'nowhere')
  await expect(readAll()).rejects.toThrow(/is not there/)
})

it('leaves no file when its source fails', async () => {
  const failing = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.alloc(300_000)
    throw new Error('the database went away')
  }
  await expect(writeSealedFile(path, header(), key, failing())).rejects.toThrow('the database went away')
  await expect(readHeader(path)).rejects.toThrow(/is not there/)
})

it('keeps entries apart, also empty ones and those that are not read to their end', async () => {
  async function* entries() {
    yield { head: { name: 'empty' }, body: pieces() }
    yield { head: { name: 'long' }, body: pieces(10, 300_000) }
    yield { head: { name: 'last' }, body: pieces(3) }
  }
  const seen: unknown[] = []
  await readEntries(writeEntries(entries()), async ({ head, body }) => {
    seen.push(head)
    for await (const piece of body) {
      seen.push(piece.length)
      break
    }
  })
  expect(seen).toEqual([{ name: 'empty' }, { name: 'long' }, 10, { name: 'last' }, 3])
})
