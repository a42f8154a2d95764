import { type Booked, bookedByKey, createKey, type TestKey } from './inference.ts'
import type { RunningAvow } from './start-avow.ts'

/** What a caller saw of one request. */
export interface Received {
  readonly key: TestKey
  readonly stream: boolean
  /** `none`: not a byte of an answer; `partial`: a stream that broke off. */
  state: 'none' | 'partial' | 'complete' | 'refused'
  completionTokens: number
  status: number | undefined
}

export interface LoadOptions {
  readonly requests: number
  readonly tokens: number
  readonly delayMs: number
  /** Requests start evenly over this time. */
  readonly overMs: number
}

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

const send = async (received: Received, name: string, { tokens, delayMs }: LoadOptions): Promise<void> => {
  const content = JSON.stringify({ tokens, delayMs, name })
  const request = { model: 'mock', messages: [{ role: 'user' as const, content }] }
  try {
    if (!received.stream) {
      const answer = await received.key.openai.chat.completions.create(request)
      received.completionTokens = answer.usage?.completion_tokens ?? 0
      received.state = 'complete'
      return
    }
    const stream = await received.key.openai.chat.completions.create({ ...request, stream: true })
    let finished = false
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) {
        received.completionTokens += 1
        received.state = 'partial'
      }
      finished ||= chunk.choices[0]?.finish_reason === 'stop'
    }
    if (finished) received.state = 'complete'
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
    (key, index): Received => ({ key, stream: index % 2 === 0, state: 'none', completionTokens: 0, status: undefined }),
  )
  const started = received.map(async (one, index) => {
    await new Promise((begin) => setTimeout(begin, (index * options.overMs) / received.length))
    await send(one, `request ${index}`, options)
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
    if (one.state === 'complete' && (requests !== 1 || completionTokens !== one.completionTokens))
      return [`a complete answer: ${told}`]
    if (one.state === 'partial' && (requests !== 1 || completionTokens < one.completionTokens))
      return [`what was delivered is not booked: ${told}`]
    if (completionTokens > producedBy(name)) return [`more than was produced: ${told}`]
    return []
  })
}
