import { isIP } from 'node:net'
import type { Endpoint } from '@avow/contract'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type ZodType, z } from 'zod'
import type { Clock } from '../clock/index.ts'
import type { Databases, Tx } from '../db/index.ts'
import type { Arrival, StrangerDoor } from '../gates/index.ts'
import { newId } from '../ids.ts'
import { describeError, type Log } from '../log/index.ts'
import type { Vault } from '../vault/index.ts'
import { onceForKey } from './idempotency.ts'
import { issueWords } from './issue-words.ts'
import { problemOf, Refusal } from './problem.ts'
import type { Authorise, Context, ReplyControl, RequestFacts, Route } from './route.ts'
import { findUnstorableText } from './storable-text.ts'

/** One request, answered or refused. */
export interface Visit {
  readonly ipAddress: string
  readonly userAgent: string | null
  /** Method and path as the contract writes it: never what stood in the path. */
  readonly endpoint: string
  /** Null: nobody known. */
  readonly personId: string | null
}

export interface ApiDeps {
  readonly database: Databases
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor' | 'openFor'>
  readonly log: Log
  readonly authorise: Authorise
  readonly routes: readonly Route[]
  /** All endpoints of the contract; one without a route fails the start. */
  readonly endpoints: readonly Endpoint[]
  /** Origins that may send cookies with a changing request, such as http://127.0.0.1:8080. */
  readonly isOwnOrigin: (origin: string, host: string | undefined) => boolean
  readonly isSecure: boolean
  /** Addresses and CIDR blocks of proxies whose X-Forwarded-For is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Looks through what people send, before anything reads it; see the gate of unwanted content. */
  readonly unwanted?: {
    requireNone(body: unknown): void
    withoutUnwanted(text: string | null): string | null
  }
  readonly observe: (route: string, status: number, seconds: number) => void
  /** Holds floods of requests by nobody known off. */
  readonly door?: StrangerDoor
  /** Told of every request once it is answered. */
  readonly visited?: (visit: Visit) => void
}

const bodyBytesMax = 1_048_576

const refuseFields = (place: string, issues: readonly { path: readonly PropertyKey[]; message: string }[]): Refusal => {
  const fields = issues.map((issue) => ({
    path: [place, ...issue.path.map(String)].filter((p) => p !== 'body').join('.') || 'body',
    message: issue.message,
  }))
  const detail = `${fields.map((field) => `${field.path}: ${field.message}`).join('; ')}. Nothing was changed.`
  return new Refusal('invalid_request', detail, { fields })
}

const parse = (schema: ZodType | undefined, value: unknown, place: string): unknown => {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value, { error: issueWords })
  if (!result.success) throw refuseFields(place, result.error.issues)
  const path = findUnstorableText(result.data)
  if (path !== null) throw refuseFields(place, [{ path, message: 'must be text without the character U+0000' }])
  return result.data
}

const strictBody = (schema: ZodType | undefined): ZodType | undefined =>
  schema instanceof z.ZodObject ? schema.strict() : schema

/** Whence a request came, and with what. */
const originOf = (request: FastifyRequest, { unwanted }: Pick<ApiDeps, 'unwanted'>) => {
  const userAgent = request.headers['user-agent']?.slice(0, 400) ?? null
  return {
    // A proxy may pass on what its client wrote: only an address is taken from it.
    ipAddress: isIP(request.ip) === 0 ? (request.socket.remoteAddress ?? '') : request.ip,
    userAgent: unwanted === undefined ? userAgent : unwanted.withoutUnwanted(userAgent),
  }
}

const arrivalOf = (request: FastifyRequest, deps: Pick<ApiDeps, 'unwanted'>): Arrival => ({
  ipAddress: originOf(request, deps).ipAddress,
  url: request.url,
  credential: request.headers.authorization ?? request.headers.cookie ?? null,
})

const factsOf = (request: FastifyRequest, deps: Pick<ApiDeps, 'unwanted'>): RequestFacts => {
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (!request.raw.complete) gone.abort()
  })
  return {
    id: request.id,
    ...originOf(request, deps),
    headers: request.headers,
    aborted: gone.signal,
  }
}

const replyControl = (reply: FastifyReply, isSecure: boolean): ReplyControl => ({
  setCookie: (name, value, { maxAgeSeconds }) => {
    reply.header(
      'set-cookie',
      `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${isSecure ? '; Secure' : ''}`,
    )
  },
  setHeader: (name, value) => {
    reply.header(name, value)
  },
})

const refusalOf = (error: unknown, bytesMax: number = bodyBytesMax): Refusal | undefined => {
  if (!(error instanceof Error)) return undefined
  // The query builder wraps what its connection throws.
  for (let e: unknown = error; e instanceof Error; e = e.cause) if (e instanceof Refusal) return e
  const code = 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Refusal('body_too_large', `The body is larger than ${bytesMax} bytes. Nothing was changed.`)
  if (
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ||
    error instanceof SyntaxError
  )
    return new Refusal('not_json')
  if (isDatabaseAway(error))
    return new Refusal(
      'unavailable',
      'The database is not answering. Nothing was changed; try again in a few seconds.',
      { headers: { 'retry-after': '2' } },
    )
  return undefined
}

/** Whether an error, or what caused it, is a lost or refused database connection (PostgreSQL error classes 08 and 57P). */
export const isDatabaseAway = (error: unknown): boolean => {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e ? String(e.code) : ''
    if (/^(08...|57P0.|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return true
    if (/timeout exceeded when trying to connect|Connection terminated|Query read timeout/.test(e.message)) return true
  }
  return false
}

/** Cookies are sent by browsers on their own, so a changing request with one must come from our own pages. */
const refuseForeignOrigin = (request: FastifyRequest, deps: ApiDeps): void => {
  if (request.method === 'GET' || request.headers.authorization !== undefined) return
  const origin = request.headers.origin
  if (origin !== undefined && !deps.isOwnOrigin(origin, request.headers.host))
    throw new Refusal('forbidden', 'This request came from a page of another site and was not carried out.')
}

/** Who made a request, as long as it lasts. */
const callers = new WeakMap<FastifyRequest, string>()

const answer = async (deps: ApiDeps, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
  const { endpoint, handler, transactionOwner } = route
  refuseForeignOrigin(request, deps)
  const facts = factsOf(request, deps)
  const params = parse(endpoint.params, request.params, 'params') as Record<string, string> | undefined
  const inTransaction = transactionOwner === 'request'
  const reader = deps.database.for(...endpoint.readsFor)
  const door = deps.database.for('account', 'security')
  const committed: (() => Promise<void>)[] = []
  const open = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    reader.direct.reading.open()
    return inTransaction ? reader.transaction(work) : work(reader.direct)
  }
  const result = await open(async (opened) => {
    const caller = await deps.authorise(
      door.on(opened),
      endpoint.access,
      (request.params ?? {}) as Record<string, string>,
      facts,
    )
    if (caller !== null) callers.set(request, caller.personId)
    const tx = caller === null ? opened : opened.as(opened.reading.by(caller.personId))
    const query = parse(endpoint.query, request.query, 'query')
    if (endpoint.body !== undefined) deps.unwanted?.requireNone(request.body)
    const body = parse(strictBody(endpoint.body), request.body, 'body')
    const context = {
      tx,
      caller,
      params,
      query,
      body,
      request: facts,
      reply: replyControl(reply, deps.isSecure),
      lookThrough: (unpacked: unknown) => deps.unwanted?.requireNone(unpacked),
      afterCommit: (work: () => Promise<void>) => committed.push(work),
    } as unknown as Context<Endpoint>
    const key = request.headers['idempotency-key']
    const work = () => handler(context)
    if (inTransaction && typeof key === 'string' && endpoint.method === 'POST' && endpoint.status === 201)
      return onceForKey(door.on(tx), deps, endpoint, caller, key.slice(0, 200), { params, body }, work)
    return work()
  })
  for (const work of committed) await work()
  reply.code(endpoint.status)
  if (endpoint.response === undefined) return reply.send()
  return endpoint.response.parse(result)
}

const refuse = (reply: FastifyReply, refusal: Refusal, requestId: string): FastifyReply => {
  for (const [name, value] of Object.entries(refusal.headers)) reply.header(name, value)
  return reply
    .code(refusal.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(refusal, requestId)))
}

/** Tells of a request that is answered. */
const answered = (deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): void => {
  const place = request.routeOptions.url ?? 'unknown'
  deps.observe(place, reply.statusCode, reply.elapsedTime / 1000)
  const personId = callers.get(request) ?? null
  deps.door?.left({ ...arrivalOf(request, deps), status: reply.statusCode, isKnown: personId !== null })
  deps.visited?.({
    ...originOf(request, deps),
    endpoint: `${request.method} ${place}`,
    personId,
  })
  deps.log.debug(
    {
      event: 'request',
      method: request.method,
      route: place,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      requestId: request.id,
    },
    'answered',
  )
}

/**
 * The control plane as a Fastify instance (not listening): every endpoint of the contract with its parsing, access
 * check, transaction, idempotency and stripped response.
 * @throws if an endpoint of the contract has no route
 */
export const createApi = (deps: ApiDeps): FastifyInstance => {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    trustProxy: deps.trustedProxies?.length ? [...deps.trustedProxies] : false,
    genReqId: () => newId('req', deps.clock),
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: 'idle',
    // The router's own refusals: an address that is no address (a broken escape, an id longer than any of ours).
    frameworkErrors: (_error, request, reply) => {
      refuse(reply as FastifyReply, new Refusal('not_found'), request.id)
    },
  })
  const bound = new Set(deps.routes.map((one) => one.endpoint.id))
  const missing = deps.endpoints.filter((one) => !bound.has(one.id)).map((one) => one.id)
  if (missing.length > 0) throw new Error(`endpoints of the contract without a route: ${missing.join(', ')}`)
  for (const one of deps.routes) {
    app.route({
      method: one.endpoint.method,
      url: `/api/v1${one.endpoint.path.replace(/\{(\w+)\}/g, ':$1')}`,
      bodyLimit: one.endpoint.bodyBytesMax ?? bodyBytesMax,
      handler: (request, reply) => answer(deps, one, request, reply),
    })
  }
  // A body-less POST with a JSON content type is fine where the endpoint takes none.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined)
    try {
      done(null, JSON.parse(text as string))
    } catch {
      done(new Refusal('not_json'), undefined)
    }
  })
  app.addHook('onRequest', async (request) => deps.door?.admit(arrivalOf(request, deps)))
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => answered(deps, request, reply))
  app.setErrorHandler((error, request, reply) => {
    const known = refusalOf(error, request.routeOptions.bodyLimit)
    if (known === undefined)
      deps.log.error(
        {
          event: 'request-failed',
          method: request.method,
          route: request.routeOptions.url ?? 'unknown',
          requestId: request.id,
          ...describeError(error),
        },
        'a request failed unexpectedly',
      )
    const refusal =
      known ??
      new Refusal('internal', `Something went wrong on our side; nothing half-done was kept. Request id: ${request.id}`)
    return refuse(reply, refusal, request.id)
  })
  return app
}
