import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import { openProgress } from './progress.ts'
import { recordsOf } from './segment.ts'

const rounds = 25
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-kill-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Lets the writer work for a while, kills it with SIGKILL, returns the whole lines that it said. */
async function writeUntilKilled(label: string, afterMs: number): Promise<string[]> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'test-kill-writer.ts'), folder, label])
  let said = ''
  let timer: NodeJS.Timeout | undefined
  writer.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (timer === undefined && said.includes('started')) timer = setTimeout(() => writer.kill('SIGKILL'), afterMs)
  })
  await once(writer, 'close')
  return said.slice(0, said.lastIndexOf('\n') + 1).split('\n')
}

test(`in ${rounds} kills no promised record is lost or doubled, and no delivered step is uncounted`, {
  timeout: 60_000,
}, async () => {
  let closedSeen = 0
  let openSeen = 0
  for (let round = 0; round < rounds; round++) {
    const said = await writeUntilKilled(`r${round}`, Math.random() * 60)
    const journal = openJournal({ folder, reserveBytes: 0 })
    const progress = openProgress({ folder })
    const recorded = new Map<string, number>()
    for (const segment of journal.sealed()) {
      const contents = await journal.read(segment)
      for (const record of recordsOf(contents)) {
        const [id = '', steps] = record.split(' ')
        expect(recorded.has(id), `${id} is recorded twice`).toBe(false)
        recorded.set(id, Number(steps))
      }
      journal.remove(segment, contents)
    }
    const open = new Map(progress.leftOpen().map(({ note, counts }) => [note, counts.first]))
    for (const line of said) {
      const [what, id = '', count] = line.split(' ')
      if (what === 'closed') expect(recorded.get(id)).toBe(Number(count))
      if (what === 'counted') expect(recorded.get(id) ?? open.get(id) ?? -1).toBeGreaterThanOrEqual(Number(count))
    }
    closedSeen += recorded.size
    openSeen += open.size
    progress.close()
    await journal.close()
  }
  expect(closedSeen).toBeGreaterThan(rounds)
  expect(openSeen).toBeGreaterThan(rounds)
})
