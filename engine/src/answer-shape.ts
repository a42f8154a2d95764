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

export function completionBody(head: AnswerHead, content: string, finishReason: FinishReason, usage: Usage): object {
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: finishReason },
    ],
    usage: usageBody(usage),
  }
}

/** One event of a stream. `usage` undefined leaves the field out, null says that it comes later. */
export function chunkEvent(
  head: AnswerHead,
  delta: { role?: 'assistant'; content?: string },
  finishReason: FinishReason | null,
  usage: Usage | null | undefined,
): string {
  const body = {
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  }
  return event(usage === undefined ? body : { ...body, usage: usage && usageBody(usage) })
}

export function usageEvent(head: AnswerHead, usage: Usage): string {
  return event({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageBody(usage) })
}

export function event(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`
}
