import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { callPlain, callStreamed } from './mock-tool-call.ts'

/** How a request is answered; the test writes it as JSON into the last user message. Absent: 5 tokens at once. */
export interface Script {
  /** Completion tokens to produce, one per streamed chunk. */
  readonly tokens?: number
  /** Pause before each token, streamed or not, in milliseconds. */
  readonly delayMs?: number
  /** Fail with this status before anything is produced. */
  readonly status?: number
  /** Drop the connection after so many tokens. */
  readonly dropAfter?: number
  /** Leave the usage out, as some servers do. */
  readonly withoutUsage?: boolean
  /** Call the first tool of the request with these arguments instead of writing text. */
  readonly call?: Readonly<Record<string, unknown>>
  /** To tell requests apart. */
  readonly name?: string
}

/** What one request got, counted where it was produced. */
export interface Produced {
  readonly name: string
  readonly model: string
  readonly stream: boolean
  readonly promptTokens: number
  completionTokens: number
  state: 'running' | 'finished' | 'failed' | 'dropped' | 'caller-gone'
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readonly<Record<string, unknown>>
}

export interface MockUpstream {
  /** Base address, with /v1. */
  readonly url: string
  /** Every request since the start, in order. */
  readonly produced: readonly Produced[]
  /** What all finished requests used. */
  totals(): { requests: number; promptTokens: number; completionTokens: number }
  [Symbol.asyncDispose](): Promise<void>
}

interface ChatBody {
  readonly model: string
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly messages: readonly { readonly role: string; readonly content: Content }[]
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
}

/** A text, parts of which some are texts, or nothing beside calls of tools. */
type Content = string | readonly { readonly text?: string }[] | null | undefined

const textOf = (content: Content): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join(' ')

const readBody = async (request: IncomingMessage): Promise<ChatBody> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as ChatBody
}

const scriptOf = (body: ChatBody): Script => {
  const text = textOf(body.messages.at(-1)?.content)
  return text.startsWith('{') ? (JSON.parse(text) as Script) : {}
}

/** Words stand for tokens: any count will do as long as it is exact. */
const wordsOf = (body: ChatBody): number =>
  body.messages.flatMap(({ content }) => textOf(content).split(/\s+/).filter(Boolean)).length

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const usageOf = (row: Produced) => ({
  prompt_tokens: row.promptTokens,
  completion_tokens: row.completionTokens,
  total_tokens: row.promptTokens + row.completionTokens,
})

const answerPlain = async (response: ServerResponse, id: string, row: Produced, script: Script): Promise<void> => {
  const words: string[] = []
  for (let token = 0; token < (script.tokens ?? 5); token += 1) {
    if (script.delayMs) await sleep(script.delayMs)
    if (response.destroyed) return
    words.push(`word${token}`)
    row.completionTokens += 1
  }
  const message = { role: 'assistant', content: words.join(' ') }
  send(response, 200, {
    id,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: row.model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    ...(script.withoutUsage ? {} : { usage: usageOf(row) }),
  })
  row.state = 'finished'
}

const answerStream = async (
  response: ServerResponse,
  id: string,
  row: Produced,
  body: ChatBody,
  script: Script,
): Promise<void> => {
  const base = { id, object: 'chat.completion.chunk', created: 1_700_000_000, model: row.model }
  const event = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  event({ ...base, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] })
  for (let token = 0; token < (script.tokens ?? 5); token += 1) {
    if (script.delayMs) await sleep(script.delayMs)
    if (response.destroyed) return
    if (script.dropAfter === token) {
      row.state = 'dropped'
      response.destroy()
      return
    }
    event({
      ...base,
      choices: [{ index: 0, delta: { content: `${token === 0 ? '' : ' '}word${token}` }, finish_reason: null }],
    })
    row.completionTokens += 1
  }
  event({ ...base, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  if (body.stream_options?.include_usage && !script.withoutUsage) event({ ...base, choices: [], usage: usageOf(row) })
  response.end('data: [DONE]\n\n')
  row.state = 'finished'
}

/** An OpenAI-compatible server that does what each request asks for and counts exactly what it produced. */
export const startMockUpstream = async (): Promise<MockUpstream> => {
  const produced: Produced[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST' || !request.url?.endsWith('/chat/completions')) {
      return send(response, request.url?.endsWith('/models') ? 200 : 404, { object: 'list', data: [] })
    }
    const body = await readBody(request)
    const script = scriptOf(body)
    const row: Produced = {
      name: script.name ?? '',
      model: body.model,
      stream: body.stream === true,
      promptTokens: wordsOf(body),
      completionTokens: 0,
      state: 'running',
      headers: request.headers,
      body: body as unknown as Record<string, unknown>,
    }
    produced.push(row)
    response.on('close', () => {
      if (row.state === 'running') row.state = 'caller-gone'
    })
    if (script.status !== undefined) {
      row.state = 'failed'
      return send(response, script.status, {
        error: { message: 'the mock was told to fail', type: 'server_error', code: null, param: null },
      })
    }
    const id = `chatcmpl-mock-${produced.length}`
    if (script.call !== undefined) {
      row.completionTokens = 1
      row.state = 'finished'
      const call = { name: body.tools?.[0]?.function.name ?? '', written: JSON.stringify(script.call) }
      const about = { id, created: 1_700_000_000, model: row.model, usage: usageOf(row) }
      if (!row.stream) return send(response, 200, callPlain(about, call))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(callStreamed(about, call))
      return
    }
    return body.stream ? answerStream(response, id, row, body, script) : answerPlain(response, id, row, script)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const finished = (): Produced[] => produced.filter(({ state }) => state === 'finished')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    produced,
    totals: () => ({
      requests: finished().length,
      promptTokens: finished().reduce((sum, row) => sum + row.promptTokens, 0),
      completionTokens: finished().reduce((sum, row) => sum + row.completionTokens, 0),
    }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
