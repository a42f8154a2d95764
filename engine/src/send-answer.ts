import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Token } from 'node-llama-cpp'
import { type AnswerHead, type AnswerShape, chunkEvent, event, usageEvent, wholeBody } from './answer-shape.ts'
import { ApiError } from './api-error.ts'
import type { FinishReason, Usage } from './write-answer.ts'
import type { Writing } from './writing.ts'

export interface Work {
  readonly response: ServerResponse
  readonly shape: AnswerShape
  readonly request: Writing
  readonly prompt: readonly Token[]
  readonly usage: Usage
  /** Aborts when the client is gone, or when the engine cuts its answers. */
  readonly signal: AbortSignal
}

export interface Answering extends Work {
  readonly head: AnswerHead
  /** The next piece of the answer, which may be empty, or why it ended. */
  readonly next: () => Promise<IteratorResult<string, FinishReason>>
}

/** Bytes that may wait for a slow reader before the writing of its answer pauses. */
const unreadBytesMax = 64 * 1024
/** A reader that takes nothing for this long loses its slot to others. */
const unreadMsMax = 30_000

export async function sendWhole({ response, shape, head, usage, next }: Answering): Promise<FinishReason> {
  let content = ''
  let piece = await next()
  for (; piece.done !== true; piece = await next()) content += piece.value
  const text = JSON.stringify(wholeBody(shape, head, content, piece.value, usage))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
  return piece.value
}

/** Server-sent events. A problem after the first byte becomes the last event. */
export async function sendStream(answering: Answering): Promise<FinishReason> {
  const { response, signal } = answering
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  })
  try {
    return await sendEvents(answering)
  } catch (error) {
    const problem: unknown = signal.aborted ? signal.reason : error
    response.end(event(asApiError(problem).body()))
    throw problem
  }
}

async function sendEvents(answering: Answering): Promise<FinishReason> {
  const { response, shape, request, prompt, head, usage, signal, next } = answering
  const later = request.includeUsage ? null : undefined
  const send = (text: string) => write(response, text, signal)
  const atStart = request.continuousUsage ? { promptTokens: prompt.length, completionTokens: 0 } : later
  await send(chunkEvent(shape, head, shape.opening, null, atStart))
  const usageNow = request.continuousUsage ? usage : later
  let piece = await next()
  for (; piece.done !== true; piece = await next()) {
    if (piece.value !== '') await send(chunkEvent(shape, head, shape.piece(piece.value), null, usageNow))
  }
  await send(chunkEvent(shape, head, shape.closing, piece.value, usageNow))
  if (request.includeUsage) await send(usageEvent(shape, head, usage))
  response.end('data: [DONE]\n\n')
  return piece.value
}

async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  response.write(text)
  if (response.writableLength <= unreadBytesMax) return
  const timer = setTimeout(() => response.destroy(), unreadMsMax)
  try {
    await once(response, 'drain', { signal })
  } finally {
    clearTimeout(timer)
  }
}

function asApiError(problem: unknown): ApiError {
  if (problem instanceof ApiError) return problem
  return new ApiError(500, 'engine_failed', 'The engine failed in the middle of this answer.', { cause: problem })
}
