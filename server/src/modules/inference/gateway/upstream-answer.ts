import { poolErrors as errors } from '../../../platform/egress/index.ts'
import { type OpenAiError, upstreamFaults } from './openai-error.ts'

const describableStatuses = new Set([400, 404, 413, 415, 422])

/**
 * What a caller is told of an error answer of the model's server. Its explanation is passed on where the request is at
 * fault, without addresses; everything else is ours to word.
 */
export const faultOfStatus = (status: number, body: Buffer, retryAfter: string | null): OpenAiError => {
  if (status === 429) return upstreamFaults.busy(retryAfter)
  if (status === 503) return upstreamFaults.unavailable(retryAfter)
  if (status === 504) return upstreamFaults.timeout('first-byte')
  if (status === 401 || status === 403) return upstreamFaults.refusedOperator()
  if (!describableStatuses.has(status)) return upstreamFaults.failed()
  const told = readError(body)
  if (told === null)
    return status === 404 ? upstreamFaults.refusedOperator() : { ...upstreamFaults.malformed(), status: 502 }
  if (status === 404 && told.code !== 'context_length_exceeded') return upstreamFaults.refusedOperator()
  return { status, ...told }
}

/** Before the answer, and not about the request: another server may do better. */
const passingStatuses = new Set([429, 502, 503, 504])

/** Whether a request that failed may be sent to another server. @param status of the answer; 0: none had begun */
export const isWorthAnother = (status: number): boolean => status === 0 || passingStatuses.has(status)

/** What a caller is told when no answer came. */
export const faultOfError = (error: Error): OpenAiError => {
  if (error instanceof errors.HeadersTimeoutError) return upstreamFaults.timeout('first-byte')
  if (error instanceof errors.BodyTimeoutError) return upstreamFaults.timeout('idle')
  if (error instanceof errors.ConnectTimeoutError) return upstreamFaults.timeout('connect')
  return upstreamFaults.unreachable()
}

const readError = (body: Buffer): Omit<OpenAiError, 'status'> | null => {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
  const error = memberOf(parsed, 'error') ?? parsed
  const message = typeof error === 'string' ? error : memberOf(error, 'message')
  if (typeof message !== 'string') return null
  return {
    message: withoutAddresses(message).slice(0, 2000),
    type: textOf(memberOf(error, 'type')) ?? 'invalid_request_error',
    param: textOf(memberOf(error, 'param')),
    code: textOf(memberOf(error, 'code')),
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 200) : null)

const withoutAddresses = (message: string): string =>
  message
    .replace(/\b(?:https?|wss?):\/\/\S+/gi, '[address]')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]')
    .replace(/\b(?:sk|pk|hf|Bearer)[-_ ][A-Za-z0-9_-]{8,}/g, '[key]')
