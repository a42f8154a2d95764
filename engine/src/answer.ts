import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { AnswerShape } from './answer-shape.ts'
import { ApiError } from './api-error.ts'
import type { Counters, Outcome } from './counters.ts'
import type { EngineModel, Lane } from './model.ts'
import type { Pulse } from './pulse.ts'
import { sendStream, sendWhole, type Work } from './send-answer.ts'
import type { Slots } from './slots.ts'
import type { FinishReason, Reading, Usage } from './write-answer.ts'
import { encodePrompt, writeAnswer } from './write-answer.ts'
import type { Writing } from './writing.ts'

export interface EngineDeps {
  readonly model: EngineModel
  readonly modelId: string
  readonly temperatureDefault: number
  readonly slots: Slots<Lane>
  readonly counters: Counters
  readonly pulse: Pulse
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

/** What a request asks of the model. */
export interface Asked {
  readonly request: Writing & { readonly model: string }
  readonly reading: Reading
  readonly shape: AnswerShape
}

/** Throws 404 for any model but the one that is served here. */
export function requireModel({ modelId }: EngineDeps, model: string): void {
  if (model === modelId) return
  throw new ApiError(
    404,
    'model_not_found',
    `The model "${model.slice(0, 200)}" does not exist here; this engine serves "${modelId}".`,
    { param: 'model' },
  )
}

/**
 * Answers a request. Throws ApiError as long as nothing was sent; later problems become an event of the stream.
 */
export async function answer(
  deps: EngineDeps,
  { request, reading, shape }: Asked,
  requestId: string,
  response: ServerResponse,
): Promise<void> {
  requireModel(deps, request.model)
  const prompt = encodePrompt(deps.model, reading)
  await inLane(deps, requestId, response, (lane, usage, signal) =>
    writeInLane(deps, lane, { request, shape, prompt, response, usage, signal }),
  )
}

/** Work in a lane: it is given back, and what was produced is counted, however the request ends. */
export async function inLane(
  deps: EngineDeps,
  requestId: string,
  response: ServerResponse,
  work: (lane: Lane, usage: Usage, signal: AbortSignal) => Promise<FinishReason>,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
  })
  if (response.destroyed) gone.abort()
  const signal = AbortSignal.any([gone.signal, deps.cutting])
  const usage: Usage = { promptTokens: 0, completionTokens: 0 }
  let outcome: Outcome = 'error'
  try {
    const askedMs = deps.now()
    const lane = await deps.slots.acquire(signal)
    try {
      // How long it waited for its turn: whoever asked cannot know.
      response.setHeader('x-queue-ms', String(Math.max(0, deps.now() - askedMs)))
      outcome = await work(lane, usage, signal)
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

async function writeInLane(deps: EngineDeps, lane: Lane, work: Work): Promise<FinishReason> {
  const id = `${work.shape.idPrefix}${randomUUID()}`
  const head = { id, created: Math.floor(deps.now() / 1000), model: deps.modelId }
  const pieces = writeAnswer(deps.model, lane, work.prompt, work.request, work.usage, work.signal)
  try {
    return await (work.request.stream ? sendStream : sendWhole)({
      ...work,
      head,
      next: () => deps.pulse.watch(pieces.next()),
    })
  } finally {
    await pieces.return('stop')
  }
}

/** Nothing of one request may be left for the next one. */
async function giveBack({ slots, onUnfit }: EngineDeps, lane: Lane): Promise<void> {
  try {
    await lane.clearHistory()
    slots.release(lane)
  } catch (error) {
    onUnfit(error)
  }
}
