import type { FinishReason, Usage } from './write-answer.ts'

/** What all chunks of one answer share. `created` is in seconds. */
export interface AnswerHead {
  readonly id: string
  readonly created: number
  readonly model: string
}

export function usageBody(usage: Usage): { prompt_tokens: number; completion_tokens: number; total_tokens: number } {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
  }
}

/** What an operation calls the parts of its answer. */
export interface AnswerShape {
  readonly idPrefix: string
  readonly object: string
  readonly chunkObject: string
  readonly choice: (text: string) => object
  /** Of the first event of a stream, before any text. */
  readonly opening: object
  readonly piece: (text: string) => object
  /** Of the event that says why the answer ended. */
  readonly closing: object
}

export const chatShape: AnswerShape = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  choice: (content) => ({ message: { role: 'assistant', content, refusal: null } }),
  opening: { delta: { role: 'assistant', content: '' } },
  piece: (content) => ({ delta: { content } }),
  closing: { delta: {} },
}

export const completionShape: AnswerShape = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  choice: (text) => ({ text }),
  opening: { text: '' },
  piece: (text) => ({ text }),
  closing: { text: '' },
}

export function wholeBody(
  shape: AnswerShape,
  head: AnswerHead,
  text: string,
  finishReason: FinishReason,
  usage: Usage,
): object {
  const choice = { index: 0, ...shape.choice(text), logprobs: null, finish_reason: finishReason }
  return { ...head, object: shape.object, choices: [choice], usage: usageBody(usage) }
}

/** One event of a stream. `usage` undefined leaves the field out, null says that it comes later. */
export function chunkEvent(
  shape: AnswerShape,
  head: AnswerHead,
  part: object,
  finishReason: FinishReason | null,
  usage: Usage | null | undefined,
): string {
  const choice = { index: 0, ...part, logprobs: null, finish_reason: finishReason }
  const body = { ...head, object: shape.chunkObject, choices: [choice] }
  return event(usage === undefined ? body : { ...body, usage: usage && usageBody(usage) })
}

export function usageEvent(shape: AnswerShape, head: AnswerHead, usage: Usage): string {
  return event({ ...head, object: shape.chunkObject, choices: [], usage: usageBody(usage) })
}

export function event(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`
}
