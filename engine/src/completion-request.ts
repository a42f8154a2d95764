import { readObject, refuseUnknown, unsupported, wrong } from './read-fields.ts'
import type { Writing } from './writing.ts'
import { readWriting, writingMembers } from './writing.ts'

/** A body of POST /v1/completions, checked. */
export interface CompletionRequest extends Writing {
  readonly model: string
  /** Text, or ids of tokens. */
  readonly prompt: string | readonly number[]
}

const accepted = new Set([...writingMembers, 'prompt'])

/** As of a chat: they ask for nothing with these values. */
const idleValues: Readonly<Record<string, readonly string[]>> = {
  best_of: ['1'],
  echo: ['false'],
  logit_bias: ['{}'],
  suffix: ['""'],
}

/** OpenAI's default for completions; chats have none. */
const maxTokensDefault = 16

function isTokenIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && (id as number) >= 0)
}

function readPrompt(value: unknown): string | readonly number[] {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || value.length === 0)
    throw wrong('prompt', 'must be text, or a list with at least one prompt')
  if (isTokenIds(value)) return value
  if (value.length > 1) throw unsupported('prompt', 'only one prompt per request is supported by this engine')
  const only: unknown = value[0]
  if (typeof only !== 'string' && !isTokenIds(only)) throw wrong('prompt', 'must be text or token ids')
  return only
}

/** Throws ApiError 400 that names the field. Nothing that is asked for is dropped silently. */
export function readCompletionRequest(given: unknown, temperatureDefault = 1): CompletionRequest {
  const body = readObject(given)
  refuseUnknown(body, accepted, idleValues)
  const writing = readWriting(body, temperatureDefault)
  const maxTokens = writing.maxTokens ?? maxTokensDefault
  return { ...writing, model: body.model, prompt: readPrompt(body.prompt), maxTokens }
}
