/**
 * `npm run gateway-kills -w conformance -- 20`: kills one of two gateways that many times at random moments of a load over both, half
 * of it streamed, starts it again under its name, and compares the books with what every caller received. One budget covers all
 * of it: it must hold what was booked, and nothing else. Ends with 1 if anything was lost or doubled.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { addModel } from './inference.ts'
import { askMock, createKeys, differences, type Received, sendLoad } from './load.ts'
import { startMockUpstream } from './mock-upstream.ts'
import { ok } from './people.ts'
import { startAvow } from './start-avow.ts'
import { startGateway } from './start-gateway.ts'

const kills = Number(process.argv[2] ?? 20)
const requests = 60
const bookedWithinMs = 30_000

await using mock = await startMockUpstream()
await using avow = await startAvow({ env: { AVOW_ENGINE: 'off', AVOW_BACKUP_EVERY: 'off' } })
await using one = await startGateway(avow, 'one')
await using two = await startGateway(avow, 'two')
await addModel(avow, 'mock', mock.url)
const budgets = '/api/v1/organisations/{organisationId}/budgets'
const params = { path: { organisationId: avow.firstRun.organisation.id } }
await ok(avow.api().POST(budgets, { params, body: { limitMicros: '1000000000' } }))

const keysOverBoth = async () =>
  (await createKeys(avow, requests)).map((key, index) => ({
    ...key,
    openai: (index % 4 < 2 ? one : two).openai(key.secret),
  }))

/** Books and budget; empty when they agree with what was received, and with each other. */
const wrongNow = async (received: readonly Received[], produced: ReadonlyMap<string, number>): Promise<string[]> => {
  const found = await differences(avow, received, (name) => produced.get(name) ?? 0)
  const usage = { params: { path: { projectId: avow.firstRun.project.id }, query: { since: '2020-01-01T00:00:00Z' } } }
  const { totals } = await ok(avow.api().GET('/api/v1/projects/{projectId}/usage', usage))
  const [budget] = (await ok(avow.api().GET(budgets, { params }))).items
  const isSame = budget?.spentMicros === totals.costMicros
  return isSame ? found : [...found, `the budget holds ${budget?.spentMicros}, the books ${totals.costMicros}`]
}

/** The differences that remain once the books have come to rest. */
const remaining = async (received: readonly Received[], start: number): Promise<string[]> => {
  const produced = new Map(mock.produced.slice(start).map((row) => [row.name, row.completionTokens]))
  const giveUpAt = performance.now() + bookedWithinMs
  for (;;) {
    const found = await wrongNow(received, produced)
    if (found.length === 0 || performance.now() > giveUpAt) return found
    await sleep(250)
  }
}

const counts = { complete: 0, partial: 0, refused: 0, none: 0 }
const wrong: string[] = []
for (let kill = 1; kill <= kills; kill += 1) {
  const start = mock.produced.length
  const { received, done } = sendLoad(await keysOverBoth(), { ask: askMock(10, 10), overMs: 1000 })
  await sleep(100 + Math.random() * 1200)
  const victim = Math.random() < 0.5 ? one : two
  await victim.kill9()
  await done
  await victim.restart()
  const found = await remaining(received, start)
  wrong.push(...found.map((line) => `kill ${kill} of ${victim.name}: ${line}`))
  for (const { state } of received) counts[state] += 1
  console.log(`kill ${kill} of ${kills} (${victim.name}): ${found.length} wrong, ${wrong.length} so far`)
}
const { complete, partial, refused, none } = counts
console.log(`${kills} kills: ${complete} complete, ${partial} partial, ${refused} refused, ${none} unanswered requests`)
console.log(`lost or doubled: ${wrong.length}`)
for (const line of wrong) console.log(line)
process.exitCode = wrong.length === 0 ? 0 : 1
