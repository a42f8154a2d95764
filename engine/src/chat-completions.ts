import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Token } from 'node-llama-cpp'
import type { AnswerHead } from './answer-shape.ts'
import { chunkEvent, completionBody, event, usageEvent } from './answer-shape.ts'
import { ApiError } from './api-error.ts'
import type { ChatRequest } from './chat-request.ts'
import { readChatRequest } from './chat-request.ts'
import type { Counters, Outcome } from './counters.ts'
import type { EngineModel, Lane } from './model.ts'
import type { Slots } from './slots.ts'
import type { FinishReason, Usage } from './write-answer.ts'
import { encodePrompt, writeAnswer } from './write-answer.ts'

export interface ChatDeps {
  readonly model: EngineModel
  readonly modelId: string
  readonly slots: Slots<Lane>
  readonly counters: Counters
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told once for every request that was admitted, with counts and no text. */
  readonly onFinished: (finished: { requestId: string; outcome: Outcome } & Usage) => void
  /** Told when a lane cannot be made clean for its next request. */
  readonly onUnfit: (error: unknown) => void
  /** Aborts when no new request is taken. */
  readonly draining: AbortSignal
  /** Aborts when the answers that are being written are cut. */
  readonly cutting: AbortSignal
}

interface Work {
  readonly response: ServerResponse
  readonly request: ChatRequest
  readonly prompt: readonly Token[]
  readonly usage: Usage
  /** Aborts when the client is gone, or when the engine cuts its answers. */
  readonly signal: AbortSignal
}

interface Answering extends Work {
  readonly head: AnswerHead
  readonly pieces: AsyncGenerator<string, FinishReason>
}

/** Bytes that may wait for a slow reader before the writing of its answer pauses. */
const unreadBytesMax = 64 * 1024

/**
 * POST /v1/chat/completions. Throws ApiError as long as nothing was sent; later problems become an event of the stream.
 * The slot is given back, and what was produced is counted, however the request ends.
 */
export async function answerChat(
  deps: ChatDeps,
  body: unknown,
  requestId: string,
  response: ServerResponse,
): Promise<void> {
  const request = readChatRequest(body)
  if (request.model !== deps.modelId)
    throw new ApiError(
      404,
      'model_not_found',
      `The model "${request.model.slice(0, 200)}" does not exist here; this engine serves "${deps.modelId}".`,
      { param: 'model' },
    )
  const prompt = encodePrompt(deps.model, request)
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
  })
  if (response.destroyed) gone.abort()
  const signal = AbortSignal.any([gone.signal, deps.cutting])
  const usage: Usage = { promptTokens: 0, completionTokens: 0 }
  let outcome: Outcome = 'error'
  try {
    const lane = await deps.slots.acquire(signal)
    try {
      outcome = await answerInLane(deps, lane, { request, prompt, response, usage, signal })
    } finally {
      await giveBack(deps, lane)
    }
  } catch (error) {
    outcome = error instanceof ApiError ? 'refused' : 'error'
    if (gone.signal.aborted) outcome = 'cancelled'
    if (outcome !== 'cancelled') throw error
  } finally {
    deps.counters.add(outcome, usage)
    deps.onFinished({ requestId, outcome, ...usage })
  }
}

async function answerInLane(deps: ChatDeps, lane: Lane, work: Work): Promise<FinishReason> {
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(deps.now() / 1000), model: deps.modelId }
  const pieces = writeAnswer(deps.model, lane, work.prompt, work.request, work.usage, work.signal)
  try {
    return await (work.request.stream ? sendStream : sendWhole)({ ...work, head, pieces })
  } finally {
    await pieces.return('stop')
  }
}

/** Nothing of one request may be left for the next one. */
async function giveBack({ slots, onUnfit }: ChatDeps, lane: Lane): Promise<void> {
  try {
    await lane.clearHistory()
    slots.release(lane)
  } catch (error) {
    onUnfit(error)
  }
}

async function sendWhole({ response, head, usage, pieces }: Answering): Promise<FinishReason> {
  let content = ''
  let next = await pieces.next()
  for (; next.done !== true; next = await pieces.next()) content += next.value
  const text = JSON.stringify(completionBody(head, content, next.value, usage))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
  return next.value
}

async function sendStream({
  response,
  request,
  prompt,
  head,
  usage,
  signal,
  pieces,
}: Answering): Promise<FinishReason> {
  const later = request.includeUsage ? null : undefined
  function usageNow(): Usage | null | undefined {
    return request.continuousUsage ? usage : later
  }
  async function send(text: string): Promise<void> {
    response.write(text)
    if (response.writableLength > unreadBytesMax) await once(response, 'drain', { signal })
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  })
  await send(
    chunkEvent(
      head,
      { role: 'assistant', content: '' },
      null,
      request.continuousUsage ? { promptTokens: prompt.length, completionTokens: 0 } : later,
    ),
  )
  try {
    let next = await pieces.next()
    for (; next.done !== true; next = await pieces.next()) {
      if (next.value !== '') await send(chunkEvent(head, { content: next.value }, null, usageNow()))
    }
    await send(chunkEvent(head, {}, next.value, usageNow()))
    if (request.includeUsage) await send(usageEvent(head, usage))
    response.end('data: [DONE]\n\n')
    return next.value
  } catch (error) {
    if (!signal.aborted || signal.reason instanceof ApiError) {
      response.end(
        event(
          (signal.reason instanceof ApiError
            ? signal.reason
            : new ApiError(500, 'engine_failed', 'The engine failed in the middle of this answer.')
          ).body(),
        ),
      )
    }
    throw error
  }
}
