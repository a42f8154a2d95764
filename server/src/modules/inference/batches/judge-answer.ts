import type { LineAnswer } from './line-call.ts'

/** What becomes of a line whose call ended so. */
export type Judgement =
  /** Its answer, good or bad, is what the batch gives for it. */
  | 'final'
  /** It is tried again until the batch's time is over. */
  | 'wait'
  /** It is tried again a few times. */
  | 'retry'

/** What passes by itself: a limit per minute, a full queue, a model that is being loaded, a full disk, a stop. */
const passing = new Set([
  'rate_limit_exceeded',
  'model_busy',
  'model_not_ready',
  'budgets_unavailable',
  'usage_not_recordable',
  'keys_unavailable',
  'stopping',
])

/** The error code of an answer; null where there is none. */
export const codeOf = (body: string): string | null => {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown } }
    return typeof error?.code === 'string' ? error.code : null
  } catch {
    return null
  }
}

export const triesMax = 5

/** @param tries with this one */
export const judgeAnswer = ({ status, body }: Pick<LineAnswer, 'status' | 'body'>, tries: number): Judgement => {
  if (status < 400) return 'final'
  if (passing.has(codeOf(body) ?? '')) return 'wait'
  return status >= 500 && tries < triesMax ? 'retry' : 'final'
}

const waitMsMax = 30_000

/** How long to wait before a try: twice as long each time, from a second on. */
export const waitMsBefore = (tries: number): number => Math.min(waitMsMax, 1000 * 2 ** Math.min(tries - 1, 10))
