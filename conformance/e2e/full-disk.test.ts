import { execFile } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { addModel, createKey } from '../src/inference.ts'
import { askMock, createKeys, differences, sendLoad } from '../src/load.ts'
import { startMockUpstream } from '../src/mock-upstream.ts'
import { newFolder, startAvow } from '../src/start-avow.ts'

const run = promisify(execFile)

/** A folder on a file system of its own with so many megabytes; undefined where this user may not mount one. */
const smallDisk = async (
  megabytes: number,
): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> } | undefined> => {
  const folder = newFolder()
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await run('umount', [folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Writes until nothing more fits. */
const fill = (file: string): void => {
  for (const bytes of [1024 * 1024, 4096, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

test('on a full disk nothing is served that could not be booked; with space again it recovers by itself and the books are right', async ({
  skip,
}) => {
  await using disk = await smallDisk(220)
  if (disk === undefined) return skip('this user may not mount a small file system')
  await using mock = await startMockUpstream()
  await using avow = await startAvow({ folder: join(disk.folder, 'data'), env: { AVOW_ENGINE: 'off' } })
  await addModel(avow, 'mock', mock.url)
  const last = await createKey(avow, 'after the disk was full')
  const keys = await createKeys(avow, 120)

  const { received, done } = sendLoad(keys, { ask: askMock(10, 20), overMs: 6000 })
  const filler = join(disk.folder, 'filler')
  await new Promise((later) => setTimeout(later, 1500))
  fill(filler)
  await done
  for (const one of received) {
    expect(one.state).not.toBe('none')
    if (one.state === 'refused') expect(one.status).toBe(503)
  }
  expect(new Set(received.map(({ state }) => state))).toEqual(new Set(['complete', 'refused']))
  rmSync(filler)

  const produced = new Map(mock.produced.map((row) => [row.name, row.completionTokens]))
  const again = () =>
    last.openai.chat.completions.create({ model: 'mock', messages: [{ role: 'user', content: 'hi' }] })
  await expect.poll(() => again().then(() => 'answered', String), { timeout: 60_000, interval: 500 }).toBe('answered')
  await expect
    .poll(() => differences(avow, received, (name) => produced.get(name) ?? 0).catch(String), {
      timeout: 60_000,
      interval: 500,
    })
    .toEqual([])
})
