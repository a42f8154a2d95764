import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Journal, type JournalOptions, openJournal } from './journal.ts'
import { recordsOf } from './segment.ts'
import { type JournalDisk, realDisk } from './segment-file.ts'

let folder: string
let open: Journal[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-journal-'))
  open = []
})

afterEach(async () => {
  for (const journal of open) await journal.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(options: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal({ folder, reserveBytes: 0, ...options })
  open.push(journal)
  return journal
}

const append = (journal: Journal, record: string): Promise<void> =>
  new Promise((resolve, reject) => journal.append(record, (error) => (error ? reject(error) : resolve())))

async function readAll(journal: Journal): Promise<string[]> {
  await journal.rotate()
  const all: string[] = []
  for (const segment of journal.sealed()) all.push(...recordsOf(await journal.read(segment)))
  return all
}

test('records are kept in order across restarts and files', async () => {
  const first = start({ segmentBytesMax: 200 })
  const wanted = Array.from({ length: 50 }, (_, n) => `{"n":${n}}`)
  for (const record of wanted) await append(first, record)
  await first.close()
  const second = start()
  await append(second, 'last')
  expect(await readAll(second)).toEqual([...wanted, 'last'])
  expect(second.sealed().length).toBeGreaterThan(3)
})

test.each([null, 5])('a record is in the file by the time its writer is told (sync delay %s)', async (syncDelayMs) => {
  const journal = start({ syncDelayMs })
  await append(journal, 'kept')
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.journal'))
  expect(readFileSync(join(folder, name ?? ''), 'utf8')).toContain('\nkept\n')
})

test('rotation covers everything appended before it, also while more keeps arriving', async () => {
  const journal = start()
  let arriving = true
  const keepAppending = (): void => {
    if (arriving) journal.append('later', keepAppending)
  }
  for (let n = 0; n < 8; n++) keepAppending()
  journal.append('mine', () => undefined)
  await journal.rotate()
  const contents: string[][] = []
  for (const segment of journal.sealed()) contents.push(recordsOf(await journal.read(segment)))
  arriving = false
  expect(contents.flat()).toContain('mine')
})

test('rotating while the disk is busy never looks like a failing disk', async () => {
  const refusals: (string | null)[] = []
  const journal = start({ syncDelayMs: 1, onRefusalChange: (refusal) => refusals.push(refusal) })
  for (let n = 0; n < 60; n++) {
    for (let m = 0; m < 20; m++) journal.append(`${n}-${m}`, () => undefined)
    await journal.rotate()
    if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect(await readAll(journal)).toHaveLength(1200)
  expect(refusals).toEqual([])
})

test('the half-written line of a crash is dropped and new records are not glued to it', async () => {
  const first = start()
  await append(first, 'whole')
  await first.close()
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.journal'))
  const path = join(folder, name ?? '')
  truncateSync(path, readFileSync(path).indexOf(0))
  writeFileSync(path, '#0badc0de 00000010\nhalf', { flag: 'a' })
  const second = start()
  await append(second, 'new')
  expect(await readAll(second)).toEqual(['whole', 'new'])
})

test('a segment with damage in the middle is set aside, not deleted, and the rest of it is read', async () => {
  const first = start()
  for (const record of ['good', 'bad', 'also good']) await append(first, record)
  await first.close()
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.journal'))
  const path = join(folder, name ?? '')
  const bytes = readFileSync(path)
  bytes.write('B', bytes.indexOf('bad'))
  writeFileSync(path, bytes)
  const second = start()
  const [segment] = second.sealed()
  if (segment === undefined) throw new Error('no segment')
  const contents = await second.read(segment)
  second.remove(segment, contents)
  expect(recordsOf(contents)).toEqual(['good', 'also good'])
  expect(contents).toMatchObject({ tornBytes: 0, damaged: 1 })
  expect(readdirSync(folder)).toContain(`${name}.damaged`)
  expect(second.sealed()).toEqual([])
})

test('a record that is no single line is refused', () => {
  const journal = start()
  for (const record of ['', 'two\nlines', '# head']) {
    expect(() => journal.append(record, () => undefined)).toThrow('single line')
  }
})

test('a second process cannot write to the same folder', () => {
  start()
  writeFileSync(join(folder, 'owner'), `${process.ppid} -`)
  expect(() => openJournal({ folder })).toThrow(`belongs to the running process ${process.ppid}`)
  rmSync(join(folder, 'owner'))
})

test('the folder of a dead process is taken over, also when its pid lives again', async () => {
  writeFileSync(join(folder, 'owner'), `${process.ppid} 1`)
  const journal = start()
  await append(journal, 'mine now')
  expect(await readAll(journal)).toEqual(['mine now'])
})

interface BreakableDisk extends JournalDisk {
  full: boolean
  freeAnswer: number
}

function breakableDisk(): BreakableDisk {
  const disk: BreakableDisk = {
    full: false,
    freeAnswer: Number.MAX_SAFE_INTEGER,
    write(fd, bytes, offset, position) {
      if (!disk.full) return realDisk.write(fd, bytes, offset, position)
      if (offset === 0 && bytes.length > 1) return realDisk.write(fd, bytes.subarray(0, bytes.length >> 1), 0, position)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    },
    sync: realDisk.sync,
    freeBytes: () => disk.freeAnswer,
  }
  return disk
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a full disk fails the record, refuses new work, keeps what was there and recovers by itself', async () => {
  const disk = breakableDisk()
  const journal = start({ disk, probeIntervalMs: 5 })
  await append(journal, 'before')
  disk.full = true
  await expect(append(journal, 'refused')).rejects.toThrow('ENOSPC')
  expect(journal.accepting()).toBe(false)
  expect(journal.refusal()).toContain('ENOSPC')
  disk.full = false
  await until(() => journal.accepting())
  await append(journal, 'after')
  expect(await readAll(journal)).toEqual(['before', 'after'])
})

test('a disk that fails to keep what was written soon refuses new work', async () => {
  const disk = breakableDisk()
  let isBroken = true
  disk.sync = (fd, done) => (isBroken ? done(new Error('EIO: i/o error, fdatasync')) : realDisk.sync(fd, done))
  const journal = start({ disk, probeIntervalMs: 5, syncDelayMs: 1 })
  await append(journal, 'written')
  await until(() => !journal.accepting())
  isBroken = false
  await until(() => journal.accepting())
  expect(await readAll(journal)).toEqual(['written'])
})

test('work is refused before the disk is quite full, so that what is under way can be recorded', async () => {
  const disk = breakableDisk()
  const changes: (string | null)[] = []
  const journal = start({
    disk,
    reserveBytes: 1000,
    probeIntervalMs: 5,
    onRefusalChange: (refusal) => changes.push(refusal),
  })
  disk.freeAnswer = 999
  await until(() => !journal.accepting())
  await append(journal, 'under way')
  disk.freeAnswer = 2000
  await until(() => journal.accepting())
  expect(changes).toEqual([expect.stringContaining('nearly full'), null])
  expect(await readAll(journal)).toEqual(['under way'])
})
