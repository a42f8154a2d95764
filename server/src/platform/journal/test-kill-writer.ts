import { writeSync } from 'node:fs'
import { openJournal } from './journal.ts'
import { openProgress } from './progress.ts'

// Spawned by kill.test.ts and bench/: writes as fast as it can and says on stdout what it was promised.
const [folder = '', label = ''] = process.argv.slice(2)
const journal = openJournal({ folder, segmentBytesMax: 64 * 1024, reserveBytes: 0, syncDelayMs: 5 })
const progress = openProgress({ folder, slots: 64 })
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}
let next = 0

/** One stream: some counted steps, then its closing record. */
function runStream(): void {
  const id = `${label}-${next++}`
  const slot = progress.begin(id)
  if (slot === null) throw new Error('no slot')
  const steps = 1 + (next % 7)
  const step = (count: number): void => {
    progress.mark(slot, count, count * 10)
    progress.whenWritten(() => {
      say(`counted ${id} ${count}`)
      if (count < steps) step(count + 1)
      else close()
    })
  }
  const close = (): void =>
    journal.append(`${id} ${steps}`, () => {
      progress.end(slot)
      say(`closed ${id} ${steps}`)
      runStream()
    })
  step(1)
}

progress.forgetLeftOpen()
for (let n = 0; n < 16; n++) runStream()
say('started')
