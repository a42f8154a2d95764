import type { ServerResponse } from 'node:http'
import { type AddressBlock, blockWords, reviewPathOf } from '../../../platform/gates/index.ts'
import { budgetOption, budgetWords, moneyText, monthAfter, monthName, type Shortage } from '../../billing/index.ts'
import type { PlacementRefusal } from '../../placement/index.ts'
import type { LimitScope, Throttle } from './call-limits.ts'
import { operations } from './operation.ts'
import { sendJson } from './send-json.ts'

/** An answer in the error shape of OpenAI's API, which its clients turn into typed exceptions. */
export interface OpenAiError {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
  readonly headers?: readonly string[]
}

const invalid = (status: number, code: string | null, message: string, param: string | null = null): OpenAiError => ({
  status,
  message,
  type: 'invalid_request_error',
  param,
  code,
})

const unavailable = (code: string, message: string, retryAfterSeconds: number): OpenAiError => ({
  status: 503,
  message,
  type: 'server_error',
  param: null,
  code,
  headers: ['retry-after', String(retryAfterSeconds)],
})

const wordsOf = (refusal: PlacementRefusal): [code: string, why: string] => {
  switch (refusal.kind) {
    case 'region':
      return ['region_refused', `not served where it may be: ${refusal.why}`]
    case 'plan':
      return ['plan_refused', `served by another company: ${refusal.why}`]
    case 'provider':
      return [
        'provider_not_accepted',
        `served by ${refusal.provider}, under its own terms, and your organisation has not accepted that. An owner or admin can: \`avow provider accept ${refusal.recipient}\``,
      ]
  }
}

/** Picos up, so that what is shown as needed is never less than what is. */
const picosPerMicro = 1_000_000n

/** @see https://platform.openai.com/docs/guides/error-codes insufficient_quota */
const overBudget = ({ budget, month, leftPicos }: Shortage, picos: bigint): OpenAiError => {
  const { currency, limitMicros } = budget
  const left = moneyText(leftPicos / picosPerMicro, currency)
  const needed = moneyText((picos + picosPerMicro - 1n) / picosPerMicro, currency)
  const anew = new Date(monthAfter(month)).toISOString().slice(0, 10)
  const cost = `this request could cost ${needed}. Nothing was charged. A smaller \`max_tokens\` reserves less.`
  const monthly = `the monthly budget of ${budgetWords(budget)} is ${moneyText(limitMicros, currency)}, ${left} of it is left in ${monthName(month)}, and ${cost} An owner, admin or billing person of the organisation can raise it, in the console under Usage or with \`avow budgets set AMOUNT${budgetOption(budget)}\`; it begins anew on ${anew} (UTC).`
  const prepaid = `${left} of the organisation's prepaid balance is left, and ${cost} Whoever runs this cloud tops the balance up; the console shows it under Usage, and \`avow balance show\` does.`
  return {
    status: 429,
    message: `You exceeded your current quota: ${budget.kind === 'prepaid' ? prepaid : monthly}`,
    type: 'insufficient_quota',
    param: null,
    code: 'insufficient_quota',
    // OpenAI's clients would try again by themselves.
    headers: ['x-should-retry', 'false'],
  }
}

/** Every refusal of the gateway, in one place. */
export const refuse = {
  missingKey: () =>
    invalid(
      401,
      null,
      "You didn't provide an API key. Send it as `Authorization: Bearer KEY`. Make one in the console under API keys, or with `avow key create NAME`.",
    ),
  wrongKey: () =>
    invalid(
      401,
      'invalid_api_key',
      'Incorrect API key provided. Check it, or make a new one with `avow key create NAME`.',
    ),
  revokedKey: () =>
    invalid(401, 'invalid_api_key', 'This API key was revoked. Make a new one with `avow key create NAME`.'),
  expiredKey: () =>
    invalid(401, 'invalid_api_key', 'This API key has expired. Make a new one with `avow key create NAME`.'),
  notJson: (why: string) => invalid(400, null, `We could not parse the JSON body of your request: ${why}.`),
  badParameter: (param: string, message: string, code: string | null = null) => invalid(400, code, message, param),
  cannotStore: () =>
    invalid(
      400,
      'store_not_allowed',
      'Nothing of this call can be stored: its project keeps no bodies. An owner or admin lets it, where the policy does: `avow body keep`, or in the console under Logs. Without `store`, or with `store: false`, the call is answered and nothing is stored.',
      'store',
    ),
  noPreviousResponse: (id: string) =>
    invalid(
      400,
      'previous_response_not_found',
      `Previous response with id '${id.slice(0, 100)}' not found: it, or one before it, was not stored, was deleted or has expired. Send what was said as \`input\`.`,
      'previous_response_id',
    ),
  noSuchResponse: (id: string) =>
    invalid(404, 'response_not_found', `Response with id '${id.slice(0, 100)}' not found.`),
  heldResponse: (id: string) =>
    invalid(409, 'response_held', `A legal hold covers '${id.slice(0, 100)}'. It stays until the hold ends.`),
  storedAway: () =>
    unavailable(
      'responses_unavailable',
      'Stored responses cannot be reached right now because the database is not answering. Nothing was charged. Try again in a few seconds.',
      2,
    ),
  tooLarge: (bytesMax: number) =>
    invalid(413, 'request_too_large', `The body is larger than ${bytesMax} bytes, the most that this server takes.`),
  noSuchModel: (model: string) =>
    invalid(
      404,
      'model_not_found',
      `The model \`${model}\` does not exist or you do not have access to it. \`GET /v1/models\` lists those you can use.`,
      'model',
    ),
  noSuchRoute: (method: string, path: string) =>
    invalid(
      404,
      'unknown_url',
      `Unknown request URL: ${method} ${path}. There are GET /v1/models, GET /v1/models/{model}, GET and DELETE /v1/responses/{id}, GET /v1/responses/{id}/input_items and ${operations.map(({ path: one }) => `POST ${one}`).join(', ')}, and files and batches below /v1/files and /v1/batches.`,
    ),
  wrongMethod: (method: string, path: string, allowed: string): OpenAiError => ({
    ...invalid(405, 'method_not_allowed', `${path} does not take ${method}; use ${allowed}.`),
    headers: ['allow', allowed],
  }),
  policy: (rule: string) => invalid(403, 'policy_refused', `The policy of this cloud does not allow this: ${rule}`),
  placement: (model: string, refusal: PlacementRefusal) => {
    const [code, why] = wordsOf(refusal)
    return invalid(403, code, `The model \`${model}\` is ${why}.`, 'model')
  },
  limited: (
    scope: LimitScope,
    what: 'requests' | 'tokens',
    perMinute: number,
    retryAfterSeconds: number,
  ): OpenAiError => ({
    status: 429,
    message: `Rate limit reached for this ${scope}: ${perMinute} ${what} per minute. Try again in ${retryAfterSeconds}s.`,
    type: what,
    param: null,
    code: 'rate_limit_exceeded',
    headers: ['retry-after', String(retryAfterSeconds)],
  }),
  slowedDown: (
    scope: LimitScope,
    { blockId, requestsPerMinute, endsAtMs }: Throttle,
    seconds: number,
  ): OpenAiError => ({
    status: 429,
    message: `This ${scope} spent far more than is usual for it, so that a machine slowed it down to ${requestsPerMinute} requests a minute, until ${new Date(endsAtMs).toISOString()}. Try again in ${seconds}s. Is this wrong? POST ${reviewPathOf(blockId)} asks a person to look at it; owners were told by mail.`,
    type: 'requests',
    param: null,
    code: 'spend_slowed_down',
    headers: ['retry-after', String(seconds)],
  }),
  tooManyAtOnce: (scope: LimitScope, most: number): OpenAiError => ({
    status: 429,
    message: `Rate limit reached for this ${scope}: ${most} requests at once. Try again when one of them has ended.`,
    type: 'requests',
    param: null,
    code: 'rate_limit_exceeded',
    headers: ['retry-after', '1'],
  }),
  addressBlocked: (block: AddressBlock, retryAfterSeconds: number): OpenAiError => ({
    status: 429,
    message: blockWords(block, retryAfterSeconds),
    type: 'requests',
    param: null,
    code: 'address_blocked',
    headers: ['retry-after', String(retryAfterSeconds)],
  }),
  overBudget,
  budgetsAway: () =>
    unavailable(
      'budgets_unavailable',
      'A budget that covers this key cannot be asked right now because the database is not answering. Nothing was charged. Try again in a few seconds.',
      2,
    ),
  notReady: (model: string, why: string) =>
    unavailable('model_not_ready', `The model \`${model}\` is not ready: ${why}`, 5),
  cannotBook: () =>
    unavailable(
      'usage_not_recordable',
      'Usage cannot be recorded right now (the disk of this server is full or failing), so nothing is served. Nothing was charged. Try again later.',
      10,
    ),
  tooManyStreams: () =>
    unavailable('too_many_streams', 'Too many streams are open on this server. Try again in a moment.', 1),
  keysUnreadable: () =>
    unavailable(
      'keys_unavailable',
      'The API key cannot be checked right now because the database is not answering. Nothing was charged. Try again in a few seconds.',
      2,
    ),
  stopping: () => unavailable('stopping', 'This server is stopping. Try again in a few seconds.', 5),
  internal: (requestId: string): OpenAiError => ({
    status: 500,
    message: `The gateway made a mistake. Nothing was charged. Request id: ${requestId}`,
    type: 'server_error',
    param: null,
    code: 'internal_error',
  }),
} as const

const upstreamFault = (status: number, code: string, message: string): OpenAiError => ({
  status,
  message,
  type: 'server_error',
  param: null,
  code,
})

/** Faults of the model's server. They never name its address. */
export const upstreamFaults = {
  unreachable: () =>
    upstreamFault(
      502,
      'upstream_unreachable',
      'The server of this model cannot be reached. Nothing was charged. Try again in a few seconds.',
    ),
  cutOff: () =>
    upstreamFault(
      502,
      'upstream_cut_off',
      'The server of this model broke off in the middle of the answer. What was produced until then is counted.',
    ),
  timeout: (what: 'connect' | 'first-byte' | 'idle') =>
    upstreamFault(
      504,
      'upstream_timeout',
      `The server of this model took too long (${what.replace('-', ' ')}). Try again, or ask for a shorter answer.`,
    ),
  refusedOperator: () =>
    upstreamFault(
      502,
      'upstream_refused',
      'The server of this model refused this cloud’s credentials or does not know the model. The operator has to correct the catalogue entry.',
    ),
  failed: () =>
    upstreamFault(
      502,
      'upstream_failed',
      'The server of this model failed. Try again; if it goes on, tell the operator with the request id.',
    ),
  malformed: () =>
    upstreamFault(502, 'upstream_malformed', 'The server of this model sent something that is not an answer.'),
  busy: (retryAfter: string | null): OpenAiError => ({
    status: 429,
    message: 'The server of this model is busy: its queue is full. Try again in a moment.',
    type: 'requests',
    param: null,
    code: 'model_busy',
    headers: ['retry-after', retryAfter ?? '1'],
  }),
  endpointUnready: (kind: 'late' | 'full' | 'unable', why: string): OpenAiError => {
    if (kind === 'full')
      return {
        status: 429,
        message: `No replica of this endpoint is ready yet, and as many requests as may wait for one do (${why}). Nothing was charged. Try again in a moment.`,
        type: 'requests',
        param: null,
        code: 'endpoint_queue_full',
        headers: ['retry-after', '5'],
      }
    const what = kind === 'late' ? `none was ready within ${why}.` : why
    return unavailable(
      'endpoint_not_ready',
      `This endpoint has no replica that could answer: ${what} Nothing was charged. \`avow endpoint events\` tells what happened.`,
      10,
    )
  },
  unavailable: (retryAfter: string | null): OpenAiError => ({
    ...upstreamFault(
      503,
      'upstream_unavailable',
      'The server of this model is not available right now. Try again in a few seconds.',
    ),
    headers: ['retry-after', retryAfter ?? '5'],
  }),
} as const

export const errorBody = (error: OpenAiError): string =>
  JSON.stringify({ error: { message: error.message, type: error.type, param: error.param, code: error.code } })

/** Sends an error unless the answer has begun. */
export const sendError = (
  res: ServerResponse,
  requestId: string,
  error: OpenAiError,
  extra: readonly string[] = [],
): void => {
  if (res.headersSent) {
    res.destroy()
    return
  }
  sendJson(res, requestId, error.status, errorBody(error), [...(error.headers ?? []), ...extra])
}
