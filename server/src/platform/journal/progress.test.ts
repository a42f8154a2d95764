import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openProgress, type Progress } from './progress.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-progress-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const written = (progress: Progress): Promise<void> =>
  new Promise((resolve, reject) => progress.whenWritten((error) => (error ? reject(error) : resolve())))

function begin(progress: Progress, note: string): number {
  const slot = progress.begin(note)
  if (slot === null) throw new Error('no slot')
  return slot
}

test('what was open is found by the next process with its last counts', async () => {
  const first = openProgress({ folder, slots: 16 })
  const a = begin(first, 'stream a')
  const b = begin(first, 'stream b')
  const done = begin(first, 'stream that ended')
  first.mark(a, 7, 1000)
  first.mark(b, 4_000_000_000, 2)
  first.mark(done, 3, 3)
  first.end(done)
  await written(first)
  const second = openProgress({ folder, slots: 16 })
  expect(second.leftOpen()).toHaveLength(2)
  expect(second.leftOpen()).toContainEqual({ note: 'stream a', counts: { first: 7, second: 1000 } })
  expect(second.leftOpen()).toContainEqual({ note: 'stream b', counts: { first: 4_000_000_000, second: 2 } })
  second.forgetLeftOpen()
  expect(openProgress({ folder, slots: 16 }).leftOpen()).toEqual([])
})

test('slots left open are not given out until they are forgotten', () => {
  const first = openProgress({ folder, slots: 2 })
  begin(first, 'one')
  first.close()
  const second = openProgress({ folder, slots: 2 })
  begin(second, 'two')
  expect(second.begin('three')).toBeNull()
  second.forgetLeftOpen()
  expect(second.begin('three')).not.toBeNull()
})

test('a slot is used again with a fresh count', async () => {
  const first = openProgress({ folder, slots: 1 })
  const old = begin(first, 'old')
  first.mark(old, 9, 9)
  first.end(old)
  begin(first, 'new')
  await written(first)
  expect(openProgress({ folder }).leftOpen()).toEqual([{ note: 'new', counts: { first: 0, second: 0 } }])
})

test('a note that does not fit is refused', () => {
  const progress = openProgress({ folder, slots: 1 })
  expect(() => progress.begin('x'.repeat(2000))).toThrow('too long')
  expect(progress.begin('short')).not.toBeNull()
})
