import type { Fields } from './read-fields.ts'
import { isFields, readObject, refuseUnknown, unsupported, wholeOrNull, wrong } from './read-fields.ts'
import type { Writing } from './writing.ts'
import { readWriting, writingMembers } from './writing.ts'

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** A body of POST /v1/chat/completions, checked. */
export interface ChatRequest extends Writing {
  readonly model: string
  readonly messages: readonly ChatMessage[]
}

const accepted = new Set([
  ...writingMembers,
  'messages',
  'max_completion_tokens',
  'response_format',
  'safety_identifier',
  'prompt_cache_key',
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

function readFormat(value: unknown): Writing['json'] {
  if (value === undefined || value === null) return null
  if (!isFields(value)) throw wrong('response_format', 'must be an object')
  if (value.type === 'text') return null
  if (value.type === 'json_object') return 'any'
  if (value.type !== 'json_schema')
    throw unsupported('response_format', 'the types are text, json_object and json_schema')
  const schema = isFields(value.json_schema) ? value.json_schema.schema : undefined
  if (!isFields(schema)) throw wrong('response_format.json_schema.schema', 'must be a JSON schema')
  return schema
}

/** Throws ApiError 400 that names the field. Nothing that is asked for is dropped silently. */
export function readChatRequest(given: unknown, temperatureDefault = 1): ChatRequest {
  const body: Fields & { readonly model: string } = readObject(given)
  refuseUnknown(body, accepted, idleValues)
  const writing = readWriting(body, temperatureDefault)
  return {
    ...writing,
    model: body.model,
    messages: readMessages(body.messages),
    maxTokens: wholeOrNull(body, 'max_completion_tokens', 1) ?? writing.maxTokens,
    json: readFormat(body.response_format),
  }
}
