import { type Parameters, responsesParameters } from '@avow/contract'
import { itemsOf, messagesOfItems } from './messages-of-items.ts'
import {
  type Fields,
  flagIn,
  given,
  isFields,
  listIn,
  mustText,
  objectIn,
  textIn,
  untranslatable,
  WrongRequest,
  wrongType,
} from './read-fields.ts'

/** A request to the Responses API as a chat completion says it, and what its answer repeats of it. */
export interface TranslatedRequest {
  readonly chat: Fields
  /** Members of the response that repeat the request. */
  readonly echo: Fields
  /** What was said of storing; null: nothing. */
  readonly store: boolean | null
  readonly stream: boolean
}

const parameters: Parameters = responsesParameters

/** Members that mean the same in a chat completion. */
const same = Object.keys(parameters).filter((name) => parameters[name]?.support === 'passed')

const refuseOthers = (body: Fields): void => {
  for (const [name, value] of Object.entries(body)) {
    if (value === null) continue
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (parameter === undefined)
      throw new WrongRequest(name, `Unknown parameter: '${name.slice(0, 100)}'.`, 'unknown_parameter')
    const asksForNothing = JSON.stringify(value) === JSON.stringify(parameter.idle)
    if (parameter.support === 'refused' && !asksForNothing) throw untranslatable(name, parameter.note ?? '')
  }
}

/** Reasoning that is not shown is in no answer, so its encrypted form is included as far as there is any. */
const refuseIncludes = (body: Fields): void => {
  for (const [at, wanted] of (listIn(body, 'include') ?? []).entries())
    if (wanted !== 'reasoning.encrypted_content')
      throw untranslatable(`include[${at}]`, 'a chat completion has nothing beyond its answer.')
}

/** Refuses members of an object that a chat completion cannot say. */
const onlyMembers = (fields: Fields, at: string, known: readonly string[]): void => {
  for (const [name, value] of Object.entries(fields))
    if (value !== null && !known.includes(name))
      throw untranslatable(`${at}.${name.slice(0, 100)}`, `of ${at} only ${known.join(', ')} can be passed on.`)
}

const toolOf = (tool: unknown, at: string): Fields => {
  if (!isFields(tool)) throw wrongType(at, 'an object')
  const type = mustText(tool, 'type', at)
  if (type !== 'function')
    throw untranslatable(
      `${at}.type`,
      `there are no built-in tools such as '${type.slice(0, 100)}'. Tools of type function are passed to the model.`,
    )
  const known = ['name', 'description', 'parameters', 'strict']
  onlyMembers(tool, at, ['type', ...known])
  return { type, function: { name: mustText(tool, 'name', at), ...given(tool, known) } }
}

const toolChoiceOf = (choice: unknown): unknown => {
  if (typeof choice === 'string') return choice
  if (!isFields(choice)) throw wrongType('tool_choice', 'a string or an object')
  if (choice['type'] !== 'function') throw untranslatable('tool_choice', 'use none, auto, required or a function.')
  onlyMembers(choice, 'tool_choice', ['type', 'name'])
  return { type: 'function', function: { name: mustText(choice, 'name', 'tool_choice') } }
}

/** Servers take what is about tools only beside tools. */
const toolsOf = (body: Fields): Fields => {
  const tools = listIn(body, 'tools') ?? []
  const parallel = flagIn(body, 'parallel_tool_calls')
  const choice = body['tool_choice'] ?? 'auto'
  if (tools.length === 0) return choice === 'auto' || choice === 'none' ? {} : { tool_choice: toolChoiceOf(choice) }
  return {
    tools: tools.map((tool, index) => toolOf(tool, `tools[${index}]`)),
    ...(body['tool_choice'] == null ? {} : { tool_choice: toolChoiceOf(choice) }),
    ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }),
  }
}

const formatOf = (format: Fields): Fields => {
  onlyMembers(format, 'text.format', ['type', 'name', 'schema', 'strict', 'description'])
  const type = mustText(format, 'type', 'text.format')
  if (type === 'text') return {}
  if (type === 'json_object') return { response_format: { type } }
  if (type !== 'json_schema')
    throw untranslatable('text.format.type', 'the types are text, json_object and json_schema.')
  if (!isFields(format['schema'])) throw wrongType('text.format.schema', 'an object')
  const name = mustText(format, 'name', 'text.format')
  return { response_format: { type, json_schema: { name, ...given(format, ['schema', 'strict', 'description']) } } }
}

const textOptionsOf = (body: Fields): Fields => {
  const text = objectIn(body, 'text') ?? {}
  onlyMembers(text, 'text', ['format', 'verbosity'])
  return { ...formatOf(objectIn(text, 'format', 'text.format') ?? { type: 'text' }), ...given(text, ['verbosity']) }
}

const reasoningOf = (body: Fields): Fields => {
  const reasoning = objectIn(body, 'reasoning') ?? {}
  onlyMembers(reasoning, 'reasoning', ['effort'])
  const effort = textIn(reasoning, 'effort', 'reasoning.effort')
  return effort === undefined ? {} : { reasoning_effort: effort }
}

const limitOf = (body: Fields): number | undefined => {
  const value = body['max_output_tokens'] ?? undefined
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 1)) return value as number | undefined
  throw wrongType('max_output_tokens', 'a whole number of at least 1')
}

const metadataOf = (body: Fields): Fields => {
  const metadata = objectIn(body, 'metadata') ?? {}
  const entries = Object.entries(metadata)
  // OpenAI's limits: https://platform.openai.com/docs/api-reference/responses/create#metadata
  const isRight =
    entries.length <= 16 &&
    entries.every(([key, value]) => key.length <= 64 && typeof value === 'string' && value.length <= 512)
  if (isRight) return metadata
  throw new WrongRequest(
    'metadata',
    "Invalid 'metadata': up to 16 texts of up to 512 characters, with names of up to 64.",
  )
}

const streamOf = (body: Fields): boolean => {
  const options = objectIn(body, 'stream_options') ?? {}
  onlyMembers(options, 'stream_options', ['include_obfuscation'])
  if (options['include_obfuscation'] === true)
    throw untranslatable('stream_options.include_obfuscation', 'events are sent as they are.')
  return flagIn(body, 'stream') ?? false
}

const numberOrNull = (body: Fields, name: string): number | null => {
  const value = body[name] ?? null
  if (value === null || typeof value === 'number') return value
  throw wrongType(name, 'a number')
}

const echoOf = (body: Fields, more: Fields): Fields => {
  const text = objectIn(body, 'text') ?? {}
  return {
    background: false,
    instructions: textIn(body, 'instructions') ?? null,
    max_output_tokens: limitOf(body) ?? null,
    max_tool_calls: null,
    parallel_tool_calls: flagIn(body, 'parallel_tool_calls') ?? true,
    previous_response_id: textIn(body, 'previous_response_id') ?? null,
    reasoning: { effort: objectIn(body, 'reasoning')?.['effort'] ?? null, summary: null },
    temperature: numberOrNull(body, 'temperature'),
    text: { ...text, format: text['format'] ?? { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: numberOrNull(body, 'top_p'),
    truncation: 'disabled',
    ...given(body, ['user', 'safety_identifier', 'prompt_cache_key', 'service_tier']),
    ...more,
  }
}

/**
 * A request to the Responses API in the words of a chat completion. What those cannot say is refused, never left out;
 * `metadata` and `store` are for this cloud to keep and obey, and go no further.
 * @param before items of the responses that it goes on from
 * @throws WrongRequest
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export const chatOfResponse = (body: Fields, before: readonly unknown[]): TranslatedRequest => {
  refuseOthers(body)
  refuseIncludes(body)
  if (body['input'] == null) throw new WrongRequest('input', "Missing required parameter: 'input'.")
  const [instructions, stream, limit] = [textIn(body, 'instructions'), streamOf(body), limitOf(body)]
  const messages = messagesOfItems(before, itemsOf(body['input']))
  const chat = {
    ...given(body, ['model']),
    messages: instructions === undefined ? messages : [{ role: 'system', content: instructions }, ...messages],
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    ...(limit === undefined ? {} : { max_completion_tokens: limit }),
    ...given(body, same),
    ...toolsOf(body),
    ...textOptionsOf(body),
    ...reasoningOf(body),
  }
  const echo = echoOf(body, { metadata: metadataOf(body) })
  return { chat, echo, store: flagIn(body, 'store') ?? null, stream }
}

const names: readonly (readonly [chat: string, response: string])[] = [
  ['max_completion_tokens', 'max_output_tokens'],
  ['max_tokens', 'max_output_tokens'],
  ['response_format', 'text.format'],
  ['reasoning_effort', 'reasoning.effort'],
  ['verbosity', 'text.verbosity'],
  ['messages', 'input'],
]

/** What a model's server calls a parameter in its errors, in the caller's words. A message's place is not an item's. */
export const paramOfResponse = (param: string): string =>
  names.find(([chat]) => param === chat || param.startsWith(`${chat}.`) || param.startsWith(`${chat}[`))?.[1] ?? param
