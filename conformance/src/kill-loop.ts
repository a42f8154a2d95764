/**
 * `npm run kills -w conformance -- 200`: kills the whole process tree that many times at random moments of a load, half
 * of it streamed, and compares the books with what every caller received. Ends with 1 if anything was lost or doubled.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { addModel } from './inference.ts'
import { askMock, createKeys, differences, type Received, sendLoad } from './load.ts'
import { startMockUpstream } from './mock-upstream.ts'
import { startAvow } from './start-avow.ts'

const kills = Number(process.argv[2] ?? 20)
const requests = 40
const bookedWithinMs = 30_000

await using mock = await startMockUpstream()
await using avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
await addModel(avow, 'mock', mock.url)

/** The differences that remain once the books have come to rest. */
const remaining = async (received: readonly Received[], start: number): Promise<string[]> => {
  const produced = new Map(mock.produced.slice(start).map((row) => [row.name, row.completionTokens]))
  const giveUpAt = performance.now() + bookedWithinMs
  for (;;) {
    const found = await differences(avow, received, (name) => produced.get(name) ?? 0)
    if (found.length === 0 || performance.now() > giveUpAt) return found
    await sleep(250)
  }
}

const counts = { complete: 0, partial: 0, refused: 0, none: 0 }
const wrong: string[] = []
for (let kill = 1; kill <= kills; kill += 1) {
  const start = mock.produced.length
  const { received, done } = sendLoad(await createKeys(avow, requests), { ask: askMock(10, 10), overMs: 1000 })
  await sleep(300 + Math.random() * 1500)
  await avow.kill9()
  await done
  await avow.restart()
  const found = await remaining(received, start)
  wrong.push(...found.map((line) => `kill ${kill}: ${line}`))
  for (const { state } of received) counts[state] += 1
  console.log(`kill ${kill} of ${kills}: ${found.length} wrong, ${wrong.length} so far`)
}
const { complete, partial, refused, none } = counts
console.log(
  `${kills} kills: ${complete} complete, ${partial} partial, ${refused} refused and ${none} unanswered requests`,
)
console.log(`lost or doubled: ${wrong.length}`)
for (const line of wrong) console.log(line)
process.exitCode = wrong.length === 0 ? 0 : 1
