import { CliFailure, exitCodes, failureOf, problemFrom } from '../../failure.ts'

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What `/v1/chat/completions` is asked, in OpenAI's words. */
export interface Question {
  readonly model: string
  readonly messages: readonly Message[]
  readonly max_tokens?: number
  readonly temperature?: number
}

export interface TokenCounts {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

/** A piece of the answer, or what it used once it is complete. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly finishReason: string | null }
  | { readonly kind: 'usage'; readonly usage: TokenCounts }

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly usage?: TokenCounts | null
  readonly error?: unknown
}

const piecesOf = function* (chunk: Chunk): Generator<Piece> {
  if (chunk.error !== undefined) throw failureOf(problemFrom(500, chunk))
  const choice = chunk.choices?.[0]
  if (choice?.delta?.content) yield { kind: 'text', text: choice.delta.content }
  if (choice?.finish_reason) yield { kind: 'end', finishReason: choice.finish_reason }
  if (chunk.usage) yield { kind: 'usage', usage: chunk.usage }
}

/** The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), one by one. */
const eventsOf = async function* (body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of body) {
    rest += decoder.decode(part, { stream: true })
    const lines = rest.split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim()
  }
}

/** Asks and gives the answer piece by piece. Aborting the signal stops the generation on the server too. */
export const streamAnswer = async function* (
  ask: typeof globalThis.fetch,
  server: { readonly url: string; readonly apiKey: string },
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const response = await ask(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.apiKey}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ ...question, stream: true, stream_options: { include_usage: true } }),
    signal,
  })
  if (!response.ok || response.body === null)
    throw failureOf(problemFrom(response.status, await response.json().catch(() => null)))
  for await (const data of eventsOf(response.body)) {
    if (data === '[DONE]') return
    yield* piecesOf(JSON.parse(data) as Chunk)
  }
  throw new CliFailure(
    'The answer was cut off',
    exitCodes.failed,
    'The connection or the model went away; what was written so far is counted.',
  )
}
