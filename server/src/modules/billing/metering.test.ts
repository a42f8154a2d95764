import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Journal, openJournal, openProgress, realDisk, recordsOf } from '../../platform/journal/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { createMetering } from './metering.ts'
import { usageEventOf } from './test-usage-event.ts'
import type { UsageEvent } from './usage-event.ts'
import { decodeUsageLine } from './usage-line.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-metering-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = (journalOptions: Partial<Parameters<typeof openJournal>[0]> = {}) => {
  const journal = openJournal({ folder, reserveBytes: 0, ...journalOptions })
  const progress = openProgress({ folder, slots: 8 })
  return { journal, progress, metering: createMetering({ journal, progress, log: createLog('silent') }) }
}

const read = async (journal: Journal): Promise<UsageEvent[]> => {
  await journal.rotate()
  const contents: string[][] = []
  for (const segment of journal.sealed()) contents.push(recordsOf(await journal.read(segment)))
  return contents.flat().map(decodeUsageLine)
}

test('a stream that was open when the process died is booked once, for what it had delivered, at its prices', async () => {
  const before = start()
  const begun = usageEventOf({
    id: 's',
    stream: true,
    promptTokens: 100,
    completionTokens: 0,
    estimated: true,
    outcome: 'interrupted',
    promptMicrosPerMillion: 1000000n,
    completionMicrosPerMillion: 2000000n,
  })
  const stream = before.metering.begin(begun)
  stream?.count(40, 0)
  await new Promise<void>((resolve) => stream?.whenCounted(resolve))
  before.metering.close()
  await before.journal.close()

  const after = start()
  expect(await after.metering.recovered).toBe(1)
  expect(await read(after.journal)).toEqual([{ ...begun, completionTokens: 40, costMicros: 180n }])
  after.metering.close()
  await after.journal.close()

  const again = start()
  expect(await again.metering.recovered).toBe(0)
  await again.journal.close()
})

test('a stream that ended is not booked again', async () => {
  const before = start()
  const stream = before.metering.begin(usageEventOf({ id: 's' }))
  await new Promise<void>((resolve) => stream?.finish(usageEventOf({ id: 's', completionTokens: 9 }), resolve))
  before.progress.close()
  await before.journal.close()
  const after = start()
  expect(await after.metering.recovered).toBe(0)
  expect(await read(after.journal)).toMatchObject([{ id: 's', completionTokens: 9 }])
  await after.journal.close()
})

test('the end of a stream that a full disk refused is booked when there is space, and survives a kill until then', async () => {
  const disk = {
    ...realDisk,
    full: false,
    write: (...call: Parameters<typeof realDisk.write>) => {
      if (disk.full) throw new Error('ENOSPC: no space left on device')
      return realDisk.write(...call)
    },
  }
  const { journal, metering } = start({ disk, probeIntervalMs: 5 })
  const stream = metering.begin(usageEventOf({ id: 's', completionTokens: 0 }))
  disk.full = true
  await new Promise<void>((resolve) =>
    stream?.finish(usageEventOf({ id: 's', promptTokens: 11, completionTokens: 9 }), resolve),
  )
  expect(metering.refusal()).toContain('ENOSPC')
  const killed = openProgress({ folder })
  expect(killed.leftOpen().map((one) => one.counts)).toEqual([{ first: 9, second: 11 }])
  killed.close()
  disk.full = false
  for (;;) {
    const booked = await read(journal)
    if (booked.length === 0) continue
    expect(booked).toMatchObject([{ id: 's', promptTokens: 11, completionTokens: 9 }])
    break
  }
  metering.close()
  await journal.close()
})
