import { randomInt } from 'node:crypto'
import type { Token } from 'node-llama-cpp'
import { ApiError } from './api-error.ts'
import type { EngineModel, Lane } from './model.ts'
import { createStopMatcher } from './stop-matcher.ts'
import { createTokenTextDecoder } from './text-decoder.ts'
import type { Writing } from './writing.ts'

export type FinishReason = 'stop' | 'length'

/** Counts of one request; `completionTokens` counts every token that the model made, also the one that ends the turn. */
export interface Usage {
  promptTokens: number
  completionTokens: number
}

/** Prompt tokens that are read in one go; between two of them a request can be cancelled. */
const promptChunkTokens = 128

/** Longer texts are refused unread, since counting their tokens would keep all others waiting. */
const charactersPerTokenMax = 256

/** What the model is to read: its characters, to refuse what is far too long unread, and how its tokens are made. */
export interface Reading {
  /** The member of the request that holds it. */
  readonly param: string
  readonly characters: number
  readonly encode: () => Token[]
}

/** Token ids of the prompt. Throws 400 `context_length_exceeded` when no further token would fit. */
export function encodePrompt(model: EngineModel, { param, characters, encode }: Reading): Token[] {
  if (characters > model.contextTokens * charactersPerTokenMax) throw tooLong(model, param, `${characters} characters`)
  const prompt = encode()
  if (prompt.length >= model.contextTokens) throw tooLong(model, param, `${prompt.length} tokens`)
  return prompt
}

function tooLong(model: EngineModel, param: string, size: string): ApiError {
  return new ApiError(
    400,
    'context_length_exceeded',
    `This model's context is ${model.contextTokens} tokens, but the ${param} takes ${size}.`,
    { param },
  )
}

/**
 * Writes one answer in `lane` and yields its text, token by token (which may be empty); returns why it ended.
 * `usage` is exact at every moment, also when the signal aborts (which throws its reason) or the engine fails.
 */
export async function* writeAnswer(
  model: EngineModel,
  lane: Lane,
  prompt: readonly Token[],
  request: Writing,
  usage: Usage,
  signal: AbortSignal,
): AsyncGenerator<string, FinishReason> {
  const written: Token[] = []
  const limit = Math.min(request.maxTokens ?? Infinity, model.contextTokens - prompt.length)
  const decoder = createTokenTextDecoder((tokens, before) => model.decode(tokens as Token[], before as Token[]))
  const matcher = createStopMatcher([...request.stop, ...(request.ignoreEos ? [] : model.stop)])
  const sampling = await model.samplingOf(request, seedOf(request), written)
  let trimming = model.trimStart
  function shown(text: string): string {
    const kept = trimming ? text.trimStart() : text
    trimming &&= kept === ''
    return kept
  }
  const lastChunk = yield* readPrompt(lane, prompt, usage, signal)
  for await (const token of lane.evaluate(lastChunk, sampling)) {
    usage.promptTokens = prompt.length
    usage.completionTokens++
    signal.throwIfAborted()
    written.push(token)
    if (model.isEnd(token) && !request.ignoreEos) {
      yield shown(matcher.push(decoder.flush()).text + matcher.flush())
      return 'stop'
    }
    const { text, stopped } = matcher.push(decoder.push(token))
    yield shown(text)
    if (stopped) return 'stop'
    if (usage.completionTokens >= limit) break
  }
  const { text, stopped } = matcher.push(decoder.flush())
  yield shown(text + matcher.flush())
  return stopped ? 'stop' : 'length'
}

/** Reads all but the last chunk of the prompt and returns that one; yields nothing but signs of life. */
async function* readPrompt(
  lane: Lane,
  prompt: readonly Token[],
  usage: Usage,
  signal: AbortSignal,
): AsyncGenerator<string, Token[]> {
  let at = 0
  while (prompt.length - at > promptChunkTokens) {
    signal.throwIfAborted()
    await lane.evaluateWithoutGeneratingNewTokens(prompt.slice(at, at + promptChunkTokens))
    at += promptChunkTokens
    usage.promptTokens = at
    yield ''
  }
  signal.throwIfAborted()
  return prompt.slice(at)
}

function seedOf(request: Writing): number {
  return request.seed === null ? randomInt(0, 2 ** 32 - 1) : Number(BigInt.asUintN(32, BigInt(request.seed)))
}
