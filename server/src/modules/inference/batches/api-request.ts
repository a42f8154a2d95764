import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { readBody } from '../gateway/read-body.ts'
import { deny } from './refusals.ts'

/** A request to files or batches of a key that was found good. */
export interface ApiRequest {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly requestId: string
  readonly key: KeyRecord
  readonly query: URLSearchParams
}

const jsonBytesMax = 64 * 1024

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws ApiRefusal */
export const readJson = async (req: IncomingMessage): Promise<Record<string, unknown>> => {
  const body = await new Promise<Buffer | null>((resolve) => readBody(req, jsonBytesMax, resolve))
  if (body === null) throw deny.unreadable(`it is larger than ${jsonBytesMax} bytes`)
  const value = parse(body.toString('utf8'))
  if (value === undefined) throw deny.unreadable('it is not JSON')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw deny.unreadable('it is not an object')
  return value as Record<string, unknown>
}

const idShape = /^[\w-]{1,100}$/

/** @throws ApiRefusal for what can be no id */
export const readAfter = (query: URLSearchParams): string | null => {
  const after = query.get('after')
  if (after !== null && !idShape.test(after)) throw deny.parameter('after', "'after' must be an id that a page gave.")
  return after
}

/** @throws ApiRefusal */
export const readLimit = (query: URLSearchParams, usual: number, most: number): number => {
  const text = query.get('limit')
  if (text === null) return usual
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > most) throw deny.parameter('limit', `'limit' must be between 1 and ${most}.`)
  return limit
}

const secondsMin = 3600
const secondsMax = 2_592_000

/**
 * `expires_after` of a file: how long it is to be kept, in seconds, an hour to thirty days as OpenAI's.
 * @returns null where it is not given @throws ApiRefusal
 */
export const readExpiry = (param: string, anchor: unknown, given: unknown): number | null => {
  if (anchor === undefined && given === undefined) return null
  const seconds = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given
  if (anchor !== 'created_at') throw deny.parameter(param, `'${param}.anchor' must be created_at.`)
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < secondsMin || seconds > secondsMax)
    throw deny.parameter(param, `'${param}.seconds' must be a whole number between ${secondsMin} and ${secondsMax}.`)
  return seconds
}

/** A page as OpenAI's lists. @param rows one more than the limit where there are more */
export const toList = <T extends { readonly id: string }>(rows: readonly T[], limit: number) => {
  const data = rows.slice(0, limit)
  return {
    object: 'list' as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: rows.length > limit,
  }
}
