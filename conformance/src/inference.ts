import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { type MockUpstream, startMockUpstream } from './mock-upstream.ts'
import { ok } from './people.ts'
import { type RunningAvow, startAvow } from './start-avow.ts'

/** A key of the first project, made for one test so that its usage is that test's alone. */
export interface TestKey {
  readonly id: string
  readonly secret: string
  /** The official client with this key. */
  readonly openai: OpenAI
}

interface KeyLimits {
  readonly allowedModels?: string[]
  readonly requestsPerMinute?: number
  readonly tokensPerMinute?: number
  readonly concurrentRequests?: number
  readonly expiresAt?: string
}

/** The official OpenAI client on this server. It does not retry, so that a test sees every answer. */
export const openaiClient = (
  avow: RunningAvow,
  apiKey: string,
  defaultHeaders: Readonly<Record<string, string>> = {},
): OpenAI => new OpenAI({ baseURL: `${avow.url}/v1`, apiKey, maxRetries: 0, defaultHeaders })

export const createKey = async (avow: RunningAvow, name: string, limits: KeyLimits = {}): Promise<TestKey> => {
  const path = { projectId: avow.firstRun.project.id }
  const key = await ok(
    avow.api().POST('/api/v1/projects/{projectId}/keys', { params: { path }, body: { name, ...limits } }),
  )
  return { id: key.id, secret: key.secret ?? '', openai: openaiClient(avow, key.secret ?? '') }
}

export interface Booked {
  readonly requests: number
  readonly failedRequests: number
  readonly promptTokens: number
  readonly completionTokens: number
}

const usageOf = async (
  avow: RunningAvow,
  filter: { readonly keyId?: string; readonly model?: string },
): Promise<Booked> => {
  const query = { since: '2020-01-01T00:00:00Z', ...filter }
  const path = { projectId: avow.firstRun.project.id }
  const { totals } = await ok(avow.api().GET('/api/v1/projects/{projectId}/usage', { params: { path, query } }))
  const { requests, failedRequests, promptTokens, completionTokens } = totals
  return { requests, failedRequests, promptTokens, completionTokens }
}

/** What the API says was used with a key, or altogether. */
export const booked = (avow: RunningAvow, keyId?: string): Promise<Booked> =>
  usageOf(avow, keyId === undefined ? {} : { keyId })

/** What the API says was used of a model. */
export const bookedFor = (avow: RunningAvow, model: string): Promise<Booked> => usageOf(avow, { model })

/** What was used, by key. */
export const bookedByKey = async (avow: RunningAvow): Promise<ReadonlyMap<string, Booked>> => {
  const query = { since: '2020-01-01T00:00:00Z', groupBy: 'key' as const }
  const path = { projectId: avow.firstRun.project.id }
  const { rows } = await ok(avow.api().GET('/api/v1/projects/{projectId}/usage', { params: { path, query } }))
  return new Map(rows.flatMap((row) => (row.keyId === null ? [] : [[row.keyId, row] as const])))
}

/** Waits until the books hold exactly this for the key. */
export const expectBooked = async (avow: RunningAvow, keyId: string, wanted: Partial<Booked>): Promise<void> => {
  await expect.poll(() => booked(avow, keyId), { timeout: 15_000, interval: 100 }).toMatchObject(wanted)
}

/** Puts a mock behind the gateway as a model. */
export const addModel = (avow: RunningAvow, id: string, upstream: string) =>
  ok(
    avow.api().POST('/api/v1/operate/models', {
      body: { id, upstream, promptMicrosPerMillionTokens: '1000000', completionMicrosPerMillionTokens: '2000000' },
    }),
  )

const readyWithinMs = 30_000

/** Waits until a model answers; in a test and outside of one. */
export const untilModelReady = async (avow: RunningAvow, id: string): Promise<void> => {
  const giveUpAt = performance.now() + readyWithinMs
  for (;;) {
    const { items } = await ok(avow.api().GET('/api/v1/models', { params: { query: { search: id } } }))
    const model = items.find((one) => one.id === id)
    if (model?.state === 'ready') return
    if (performance.now() > giveUpAt) throw new Error(`${id} is ${model?.state}: ${model?.reason}`)
    await sleep(100)
  }
}

/** A fresh Avow whose models `avow-tiny` and `mock` answer; `end` removes both. */
export const startWithMock = async (): Promise<{ avow: RunningAvow; mock: MockUpstream; end(): Promise<void> }> => {
  const mock = await startMockUpstream()
  const avow = await startAvow()
  await addModel(avow, 'mock', mock.url)
  await untilModelReady(avow, 'avow-tiny')
  return {
    avow,
    mock,
    end: async () => {
      await avow[Symbol.asyncDispose]()
      await mock[Symbol.asyncDispose]()
    },
  }
}

export const hello = [{ role: 'user' as const, content: 'What colour is the sky?' }]

/** A message that tells the mock what to do. */
export const script = (of: Parameters<typeof JSON.stringify>[0]) => [
  { role: 'user' as const, content: JSON.stringify(of) },
]
