import { setTimeout as sleep } from 'node:timers/promises'
import type OpenAI from 'openai'
import { beforeAll, expect, test } from 'vitest'
import { answersIn, beginBatch, isEnded, mockLine, untilBatch, usedBy } from '../src/batches.ts'
import { addModel, booked, bookedByKey, createKey, expectBooked } from '../src/inference.ts'
import { askMock, createKeys, differences, sendLoad, untilReceived } from '../src/load.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { signalAll } from '../src/process-tree.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream

beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  await addModel(avow, 'mock', mock.url)
  return async () => {
    await avow[Symbol.asyncDispose]()
    await mock[Symbol.asyncDispose]()
  }
})

const producedSince = (start: number) => {
  const rows = new Map(mock.produced.slice(start).map((row) => [row.name, row.completionTokens]))
  return (name: string): number => rows.get(name) ?? 0
}
const readyz = (): Promise<number> => fetch(`${avow.url}/readyz`).then(({ status }) => status)
const settled = { timeout: 40_000, interval: 250 }

const batchLines = Array.from({ length: 24 }, (_, i) => `batch-line-${i}`)

/** A batch of which some lines are answered and four are under way, which take five seconds. */
const beginToBeKilled = async (openai: OpenAI): Promise<string> => {
  const isSlow = (i: number): boolean => i >= 8 && i < 12
  const lines = batchLines.map((name, i) =>
    mockLine(name, { tokens: 1 + (i % 5), delayMs: isSlow(i) ? 5000 / (1 + (i % 5)) : 0 }),
  )
  const { id } = await beginBatch(openai, lines)
  const isUnderWay = () => batchLines.slice(8, 12).every((name) => mock.produced.some((one) => one.name === name))
  await expect.poll(isUnderWay, settled).toBe(true)
  return id
}

test('kill -9 of everything in the middle of 200 requests and a batch loses and doubles nothing', async () => {
  const start = mock.produced.length
  const batchKey = await createKey(avow, 'batch')
  const batchId = await beginToBeKilled(batchKey.openai)
  const { received, done } = sendLoad(await createKeys(avow, 200), { ask: askMock(40, 20), overMs: 1500 })
  await untilReceived(received, { complete: 40, partial: 20 })
  await avow.kill9()
  await done
  const states = new Set(received.map(({ state }) => state))
  expect([...states]).toEqual(expect.arrayContaining(['complete', 'partial', 'none']))

  await avow.restart()
  await expect.poll(() => differences(avow, received, producedSince(start)), settled).toEqual([])
  const batch = await untilBatch(batchKey.openai, batchId, isEnded)
  expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 24, completed: 24, failed: 0 } })
  const answers = await answersIn(batchKey.openai, batch.output_file_id)
  expect(answers.map(({ custom_id: id }) => id)).toEqual(batchLines)
  await expectBooked(avow, batchKey.id, { requests: 24, failedRequests: 0, ...usedBy(answers) })
  const before = await booked(avow)

  await avow.kill9()
  await avow.restart()
  expect(await differences(avow, received, producedSince(start))).toEqual([])
  expect(await booked(avow)).toEqual(before)
  const cli = await avow.cli(['usage', '--since', '1d', '--json'])
  expect(JSON.parse(cli.stdout).totals).toMatchObject(before)
})

test('the database gone for ten seconds: requests go on or fail cleanly, nothing is lost, and it comes back by itself', async () => {
  const start = mock.produced.length
  const keys = await createKeys(avow, 120)
  expect(await readyz()).toBe(200)
  const { received, done } = sendLoad(keys, { ask: askMock(10, 5), overMs: 12_000 })
  await sleep(1000)
  const database = avow.databasePids()
  expect(database.length).toBeGreaterThan(3)
  signalAll(database, 'SIGSTOP')
  try {
    await expect.poll(readyz, { timeout: 9000 }).toBe(503)
    const status = await avow.cli(['status', '--json'])
    expect([status.code, JSON.parse(status.stdout)]).toMatchObject([5, { url: avow.url, ready: false }])
    await sleep(6000)
  } finally {
    signalAll(database, 'SIGCONT')
  }
  await done
  await expect.poll(readyz, settled).toBe(200)
  await expect.poll(() => differences(avow, received, producedSince(start)), settled).toEqual([])
  for (const one of received) {
    expect(one.state).toMatch(/complete|refused/)
    if (one.state === 'refused') expect(one.status).toBe(503)
  }
  expect(received.filter(({ state }) => state === 'complete').length).toBeGreaterThan(0)
})

test('the database killed under load is started again by itself, and nothing is lost', async () => {
  const start = mock.produced.length
  const { received, done } = sendLoad(await createKeys(avow, 40), { ask: askMock(20, 10), overMs: 500 })
  await untilReceived(received, { complete: 5, partial: 5 })
  signalAll(avow.databasePids(), 'SIGKILL')
  await done
  await expect.poll(readyz, settled).toBe(200)
  await expect.poll(() => differences(avow, received, producedSince(start)), settled).toEqual([])
})

test('SIGTERM under load and during checks of the policy stops within ten seconds with nothing lost', async () => {
  const start = mock.produced.length
  const { received, done } = sendLoad(await createKeys(avow, 60), { ask: askMock(60, 25), overMs: 1000 })
  const checked = avow
    .api()
    .POST('/api/v1/privacy/report')
    .catch(() => null)
  await untilReceived(received, { complete: 5, partial: 10 })
  const { code, ms } = await avow.stop()
  expect((await checked)?.data).toBeUndefined()
  expect(code).toBe(0)
  expect(ms).toBeLessThan(10_000)
  await done
  await avow.restart()
  await expect.poll(() => differences(avow, received, producedSince(start)), settled).toEqual([])
  expect((await bookedByKey(avow)).size).toBeGreaterThan(0)
})
