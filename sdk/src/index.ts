import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from './openapi.d.ts'

export type { components, paths } from './openapi.d.ts'

/** What a failed call answers: problem details (RFC 9457) with our code. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  requestId?: string
  errors?: { path: string; message: string }[]
}

export interface ClientOptions {
  /** Such as http://127.0.0.1:8080, without /api/v1. */
  baseUrl: string
  /** A session token of `avow login` or the operator token; absent in a browser, where a cookie carries the session. */
  token?: string
  fetch?: typeof globalThis.fetch
}

export type AvowClient = Client<paths>

/** A typed client of the control plane: `client.GET('/api/v1/me')` gives `{data, error, response}`. */
export const createClient = (options: ClientOptions): AvowClient =>
  createFetchClient<paths>({
    baseUrl: options.baseUrl,
    ...(options.token === undefined ? {} : { headers: { authorization: `Bearer ${options.token}` } }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  })
