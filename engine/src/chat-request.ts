import { ApiError } from './api-error.ts'

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** A body of POST /v1/chat/completions, checked. Absent numbers have OpenAI's defaults, but for a temperature that suits the model. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
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
  readonly jsonObject: boolean
  /** Goes on after the model's end of turn, for tests of long answers. */
  readonly ignoreEos: boolean
}

type Fields = Readonly<Record<string, unknown>>

/** Fields that change nothing about the answer here. */
const accepted = new Set([
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'stream',
  'stream_options',
  'messages',
  'model',
  'n',
  'stop',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'max_tokens',
  'max_completion_tokens',
  'presence_penalty',
  'frequency_penalty',
  'response_format',
  'ignore_eos',
])

/** Fields that ask for nothing when they have one of these values, and for something we do not do otherwise. */
const idleValues: Readonly<Record<string, readonly string[]>> = {
  logprobs: ['false'],
  top_logprobs: ['0'],
  tools: ['[]'],
  functions: ['[]'],
  logit_bias: ['{}'],
  modalities: ['["text"]'],
  store: ['false'],
  service_tier: ['"auto"', '"default"'],
  tool_choice: ['"none"', '"auto"'],
  function_call: ['"none"', '"auto"'],
  parallel_tool_calls: ['true', 'false'],
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(param: string, message: string): ApiError {
  return new ApiError(400, 'invalid_value', `${param}: ${message}`, { param })
}

function unsupported(param: string, why = 'this engine does not support it'): ApiError {
  return new ApiError(400, 'unsupported_parameter', `${param}: ${why}`, { param })
}

function numberIn(body: Fields, name: string, fallback: number, min: number, max: number): number {
  const value = body[name]
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max)
    throw wrong(name, `must be a number from ${min} to ${max}`)
  return value
}

function wholeOrNull(body: Fields, name: string, min: number): number | null {
  const value = body[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min)
    throw wrong(name, `must be a whole number of at least ${min}`)
  return value
}

function flag(body: Fields, name: string): boolean {
  const value = body[name]
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw wrong(name, 'must be true or false')
  return value
}

function readContent(content: unknown, at: string): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw wrong(at, 'must be text or a list of text parts')
  return content
    .map((part: unknown, i) => {
      if (!isFields(part) || part.type !== 'text')
        throw unsupported(`${at}[${i}]`, 'only parts of type "text" are supported')
      if (typeof part.text !== 'string') throw wrong(`${at}[${i}].text`, 'must be text')
      return part.text
    })
    .join('')
}

function readMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) throw wrong('messages', 'must be a list with at least one message')
  return value.map((message: unknown, i) => {
    const at = `messages[${i}]`
    if (!isFields(message)) throw wrong(at, 'must be an object')
    const role = message.role === 'developer' ? 'system' : message.role
    if (role === 'tool' || role === 'function' || Array.isArray(message.tool_calls))
      throw unsupported(at, 'tools are not supported by this engine')
    if (role !== 'system' && role !== 'user' && role !== 'assistant')
      throw wrong(`${at}.role`, 'must be system, developer, user or assistant')
    return { role, content: readContent(message.content, `${at}.content`) }
  })
}

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

function readJsonObject(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (!isFields(value)) throw wrong('response_format', 'must be an object')
  if (value.type === 'text') return false
  if (value.type === 'json_object') return true
  throw unsupported('response_format', 'only the types "text" and "json_object" are supported by this engine')
}

function refuseUnknown(body: Fields): void {
  for (const [name, value] of Object.entries(body)) {
    if (accepted.has(name) || value === null || value === undefined) continue
    const idle = idleValues[name]
    if (idle === undefined || !idle.includes(JSON.stringify(value))) throw unsupported(name)
  }
}

/** Throws ApiError 400 that names the field. Nothing that is asked for is dropped silently. */
export function readChatRequest(body: unknown, temperatureDefault = 1): ChatRequest {
  if (!isFields(body)) throw new ApiError(400, 'invalid_json', 'The body must be a JSON object.')
  refuseUnknown(body)
  if (typeof body.model !== 'string') throw wrong('model', 'must be the name of a model')
  if ((wholeOrNull(body, 'n', 1) ?? 1) > 1)
    throw unsupported('n', 'only one answer per request is supported by this engine')
  const stream = flag(body, 'stream')
  const options = body.stream_options ?? {}
  if (!isFields(options)) throw wrong('stream_options', 'must be an object')
  return {
    model: body.model,
    messages: readMessages(body.messages),
    stream,
    includeUsage: stream && flag(options, 'include_usage'),
    continuousUsage: stream && flag(options, 'continuous_usage_stats'),
    maxTokens: wholeOrNull(body, 'max_completion_tokens', 1) ?? wholeOrNull(body, 'max_tokens', 1),
    temperature: numberIn(body, 'temperature', temperatureDefault, 0, 2),
    topP: numberIn(body, 'top_p', 1, 0, 1),
    topK: Math.floor(numberIn(body, 'top_k', 0, -1, 1_000_000)),
    minP: numberIn(body, 'min_p', 0, 0, 1),
    seed: wholeOrNull(body, 'seed', Number.MIN_SAFE_INTEGER),
    stop: readStop(body.stop),
    presencePenalty: numberIn(body, 'presence_penalty', 0, -2, 2),
    frequencyPenalty: numberIn(body, 'frequency_penalty', 0, -2, 2),
    jsonObject: readJsonObject(body.response_format),
    ignoreEos: flag(body, 'ignore_eos'),
  }
}
