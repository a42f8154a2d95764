import { type Fields, isFields } from './read-fields.ts'

/** What a response says whatever was answered. */
export interface ResponseFacts {
  readonly id: string
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly model: string
  /** Members that repeat the request. */
  readonly echo: Fields
  /** Whether it can be had again by its id. */
  readonly store: boolean
}

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

export interface ResponseState {
  readonly status: ResponseStatus
  readonly output: readonly Fields[]
  /** As a chat completion counts; null: it did not. */
  readonly usage: unknown
  /** Why it is incomplete. */
  readonly reason: 'max_output_tokens' | 'content_filter' | null
  readonly error: { readonly code: string; readonly message: string } | null
}

const idTail = (requestId: string): string => requestId.slice(requestId.indexOf('_') + 1)

/** The id of the response to a request, and back. */
export const responseIdOf = (requestId: string): string => `resp_${idTail(requestId)}`
export const requestIdOf = (responseId: string): string | null =>
  /^resp_[0-9a-z]{1,40}$/.test(responseId) ? `req_${idTail(responseId)}` : null

/** Ids of items of a response. */
export const itemIdOf = (kind: 'msg' | 'fc' | 'call' | 'in', responseId: string, index: number): string =>
  `${kind}_${idTail(responseId)}_${index}`

const countIn = (fields: unknown, name: string): number => {
  const value = isFields(fields) ? fields[name] : undefined
  return typeof value === 'number' ? value : 0
}

const usageOf = (usage: unknown): Fields | null =>
  isFields(usage)
    ? {
        input_tokens: countIn(usage, 'prompt_tokens'),
        input_tokens_details: { cached_tokens: countIn(usage['prompt_tokens_details'], 'cached_tokens') },
        output_tokens: countIn(usage, 'completion_tokens'),
        output_tokens_details: { reasoning_tokens: countIn(usage['completion_tokens_details'], 'reasoning_tokens') },
        total_tokens: countIn(usage, 'prompt_tokens') + countIn(usage, 'completion_tokens'),
      }
    : null

/** @see https://platform.openai.com/docs/api-reference/responses/object */
export const responseObject = (facts: ResponseFacts, state: ResponseState): Fields => ({
  id: facts.id,
  object: 'response',
  created_at: facts.createdAt,
  status: state.status,
  error: state.error,
  incomplete_details: state.reason === null ? null : { reason: state.reason },
  model: facts.model,
  output: state.output,
  ...facts.echo,
  store: facts.store,
  usage: usageOf(state.usage),
})
