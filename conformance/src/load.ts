import type OpenAI from 'openai'
import { expect, vi } from 'vitest'
import { type Booked, bookedByKey, createKey, type TestKey } from './inference.ts'
import type { RunningAvow } from './start-avow.ts'

/** What a caller saw of one request. */
export interface Received {
  readonly key: TestKey
  readonly stream: boolean
  /** `none`: not a byte of an answer; `partial`: a stream that broke off. */
  state: 'none' | 'partial' | 'complete' | 'refused'
  /** Counted chunk by chunk until the answer says it. */
  completionTokens: number
  promptTokens: number | undefined
  status: number | undefined
}

export interface LoadOptions {
  /** What request number `index` asks; `name` tells it apart. */
  readonly ask: (name: string) => { readonly model: string; readonly content: string; readonly max_tokens?: number }
  /** Requests start evenly over this time. */
  readonly overMs: number
}

/** Asks the mock for so many tokens, with a pause before each. */
export const askMock =
  (tokens: number, delayMs: number): LoadOptions['ask'] =>
  (name) => ({ model: 'mock', content: JSON.stringify({ tokens, delayMs, name }) })

/** Makes one key for each request, so that the books tell every single request apart. */
export const createKeys = async (avow: RunningAvow, count: number): Promise<TestKey[]> => {
  const keys: TestKey[] = []
  for (let from = 0; from < count; from += 10) {
    const some = Array.from({ length: Math.min(10, count - from) }, (_, index) =>
      createKey(avow, `request ${from + index}`),
    )
    keys.push(...(await Promise.all(some)))
  }
  return keys
}

const send = async (received: Received, { content, ...settings }: ReturnType<LoadOptions['ask']>): Promise<void> => {
  const { completions } = received.key.openai.chat
  const request = { ...settings, messages: [{ role: 'user' as const, content }] }
  const count = (usage: OpenAI.CompletionUsage | null | undefined): void => {
    received.promptTokens = usage?.prompt_tokens ?? received.promptTokens
    received.completionTokens = usage?.completion_tokens ?? received.completionTokens
  }
  try {
    if (!received.stream) {
      count((await completions.create(request)).usage)
      received.state = 'complete'
      return
    }
    const stream = await completions.create({ ...request, stream: true, stream_options: { include_usage: true } })
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) {
        received.completionTokens += 1
        received.state = 'partial'
      }
      count(chunk.usage)
    }
    // The usage comes last: with it the answer was received in full.
    if (received.promptTokens !== undefined) received.state = 'complete'
  } catch (error) {
    received.status = (error as { status?: number }).status
    if (received.status !== undefined) received.state = 'refused'
  }
}

/** Sends the requests, half of them streamed, each with its own key; settles when every caller has an end. */
export const sendLoad = (
  keys: readonly TestKey[],
  options: LoadOptions,
): { readonly received: readonly Received[]; readonly done: Promise<unknown> } => {
  const received = keys.map(
    (key, index): Received => ({
      key,
      stream: index % 2 === 0,
      state: 'none',
      completionTokens: 0,
      promptTokens: undefined,
      status: undefined,
    }),
  )
  const started = received.map(async (one, index) => {
    await new Promise((begin) => setTimeout(begin, (index * options.overMs) / received.length))
    await send(one, options.ask(`request ${index}`))
  })
  return { received, done: Promise.all(started) }
}

const nothing: Booked = { requests: 0, failedRequests: 0, promptTokens: 0, completionTokens: 0 }

/** Where the books differ from what callers received and the upstream produced, in words; empty when they agree. */
export const differences = async (
  avow: RunningAvow,
  received: readonly Received[],
  producedBy: (name: string) => number,
): Promise<string[]> => {
  const books = await bookedByKey(avow)
  return received.flatMap((one, index) => {
    const name = `request ${index}`
    const row = books.get(one.key.id) ?? nothing
    const { requests, completionTokens } = row
    const told = `${name} (${one.stream ? 'streamed' : 'plain'}, ${one.state} with ${one.completionTokens}, produced ${producedBy(name)}): booked ${requests} with ${completionTokens}`
    if (requests > 1) return [`doubled: ${told}`]
    const isExact = requests === 1 && completionTokens === one.completionTokens && row.promptTokens === one.promptTokens
    if (one.state === 'complete' && !isExact) return [`a complete answer: ${told}`]
    if (one.state === 'partial' && (requests !== 1 || completionTokens < one.completionTokens))
      return [`what was delivered is not booked: ${told}`]
    if (completionTokens > producedBy(name)) return [`more than was produced: ${told}`]
    return []
  })
}

/** Waits until so many requests are in these states: the moment to strike. */
export const untilReceived = (
  received: readonly Received[],
  wanted: Readonly<Partial<Record<Received['state'], number>>>,
): Promise<void> =>
  vi.waitFor(
    () => {
      for (const [state, count] of Object.entries(wanted)) {
        expect(received.filter((one) => one.state === state).length).toBeGreaterThanOrEqual(count)
      }
    },
    { timeout: 30_000, interval: 5 },
  )
