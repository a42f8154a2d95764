import { exactCost } from '../../billing/index.ts'
import type { ModelRoute } from './model-route.ts'
import type { Operation } from './operation.ts'
import type { ScannedRequest, Span } from './scan-request.ts'

/** Tokens of an answer where neither the request nor the catalogue says how long it can be. */
const answerTokensUnstated = 4096
const tokensMaxSafe = 1_000_000_000

/** How many prompts a request holds: a list of texts, or of lists of tokens, is as many. */
const promptsIn = (body: Buffer, { inputSpan }: ScannedRequest): number => {
  const list = listAt(body, inputSpan)
  return Array.isArray(list) && typeof list[0] !== 'number' ? Math.max(1, list.length) : 1
}

/** What is no JSON is for the model's server to refuse. */
const listAt = (body: Buffer, { start, end }: Span): unknown => {
  try {
    return JSON.parse(body.toString('latin1', start, end))
  } catch {
    return null
  }
}

/**
 * The most that a request can cost, in picos. A token is at least one byte of what was sent, as tokenizers of bytes go;
 * the marks that a template puts around messages are fewer than the bytes of their JSON. Answers are as long as the
 * request lets them be, or else the model's context.
 */
export const costOfRequest = ({
  operation,
  body,
  request,
  route,
}: {
  readonly operation: Operation
  readonly body: Buffer
  readonly request: ScannedRequest
  readonly route: ModelRoute
}): bigint => {
  const { promptMicrosPerMillion, completionMicrosPerMillion, contextTokens } = route
  if (promptMicrosPerMillion === 0n && completionMicrosPerMillion === 0n) return 0n
  const isOne = operation.input === 'messages'
  const promptTokens = isOne && contextTokens !== null ? Math.min(body.length, contextTokens) : body.length
  const limit = request.tokensMax ?? contextTokens ?? answerTokensUnstated
  const each = Math.ceil(Math.min(limit, contextTokens ?? tokensMaxSafe))
  const answers = request.answers * (operation.input === 'prompt' ? promptsIn(body, request) : 1)
  const completionTokens = operation.writes ? Math.min(each * answers, tokensMaxSafe) : 0
  return exactCost({ promptTokens, completionTokens }, route)
}
