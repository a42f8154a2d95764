import type { Fields } from './read-fields.ts'
import { flag, isFields, numberIn, unsupported, wholeOrNull, wrong } from './read-fields.ts'

/** How an answer is written: what a chat and a completion ask in the same words. Absent numbers have OpenAI's defaults, but for a temperature that suits the model. */
export interface Writing {
  readonly stream: boolean
  readonly includeUsage: boolean
  /** Every chunk says the usage so far (a known extension), so that a cut stream can be counted. */
  readonly continuousUsage: boolean
  /** null: as many as the context holds. */
  readonly maxTokens: number | null
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly minP: number
  /** null: chosen at random. */
  readonly seed: number | null
  readonly stop: readonly string[]
  readonly presencePenalty: number
  readonly frequencyPenalty: number
  /** The answer is JSON: of any kind, or of this JSON schema; null: any text. */
  readonly json: 'any' | Fields | null
  /** Goes on after the model's end of turn, for tests of long answers. */
  readonly ignoreEos: boolean
}

/** Members that `readWriting` reads, or that change nothing about an answer here. */
export const writingMembers: readonly string[] = [
  'user',
  'metadata',
  'stream',
  'stream_options',
  'model',
  'n',
  'stop',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'max_tokens',
  'presence_penalty',
  'frequency_penalty',
  'ignore_eos',
]

function readStop(value: unknown): string[] {
  if (value === undefined || value === null) return []
  const stops: unknown[] = Array.isArray(value) ? value : [value]
  if (stops.length > 4) throw wrong('stop', 'at most 4 sequences')
  return stops.map((stop) => {
    if (typeof stop !== 'string' || stop === '')
      throw wrong('stop', 'must be text that is not empty, or a list of such texts')
    return stop
  })
}

/** Throws ApiError 400 that names the field. */
export function readWriting(body: Fields, temperatureDefault: number): Writing {
  if ((wholeOrNull(body, 'n', 1) ?? 1) > 1)
    throw unsupported('n', 'only one answer per request is supported by this engine')
  const stream = flag(body, 'stream')
  const options = body.stream_options ?? {}
  if (!isFields(options)) throw wrong('stream_options', 'must be an object')
  return {
    stream,
    includeUsage: stream && flag(options, 'include_usage'),
    continuousUsage: stream && flag(options, 'continuous_usage_stats'),
    maxTokens: wholeOrNull(body, 'max_tokens', 1),
    temperature: numberIn(body, 'temperature', temperatureDefault, 0, 2),
    topP: numberIn(body, 'top_p', 1, 0, 1),
    topK: Math.floor(numberIn(body, 'top_k', 0, -1, 1_000_000)),
    minP: numberIn(body, 'min_p', 0, 0, 1),
    seed: wholeOrNull(body, 'seed', Number.MIN_SAFE_INTEGER),
    stop: readStop(body.stop),
    presencePenalty: numberIn(body, 'presence_penalty', 0, -2, 2),
    frequencyPenalty: numberIn(body, 'frequency_penalty', 0, -2, 2),
    json: null,
    ignoreEos: flag(body, 'ignore_eos'),
  }
}
