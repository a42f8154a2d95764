import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { EngineDeps } from './answer.ts'
import { ApiError } from './api-error.ts'
import { operations } from './operations.ts'

export interface EngineHttp {
  readonly server: Server
  /** Until this was called, everything but /health answers 503. */
  readonly serve: (deps: EngineDeps) => void
}

/** Longer than a caller pauses, so that it seldom meets a connection that was just closed. */
const keepAliveMs = 65_000

/** `modelId` and `slots` are known before the model is loaded. `onBug` is told of errors that nobody expected. */
export function createEngineHttp(options: {
  modelId: string
  slots: number
  token: string | null
  bodyBytesMax: number
  startedSeconds: number
  onBug: (error: unknown) => void
}): EngineHttp {
  let deps: EngineDeps | null = null

  function ready(): EngineDeps {
    if (deps === null) throw new ApiError(503, 'engine_loading', 'The model is being loaded.', { retryAfterSeconds: 2 })
    deps.draining.throwIfAborted()
    return deps
  }

  async function route(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    checkToken(request, options.token)
    const path = (request.url ?? '/').split('?')[0]
    const act = `${request.method} ${path}`
    if (act === 'GET /health') return sendHealth(response)
    if (act === 'GET /metrics') return sendMetrics(response, ready())
    const model = { id: options.modelId, object: 'model', created: options.startedSeconds, owned_by: 'avow' }
    if (act === 'GET /v1/models') return sendJson(response, 200, { object: 'list', data: [model] })
    if (act === `GET /v1/models/${encodeURIComponent(options.modelId)}`) return sendJson(response, 200, model)
    const operation = request.method === 'POST' ? operations.get(path ?? '') : undefined
    if (operation !== undefined) {
      const given = ready()
      return operation(given, parseJson(await readBody(request, options.bodyBytesMax)), requestId, response)
    }
    throw new ApiError(404, 'not_found', `There is no ${request.method} ${path?.slice(0, 200)} here.`)
  }

  function sendHealth(response: ServerResponse): void {
    const running = deps?.draining.aborted === true ? 'stopping' : 'ok'
    const status = deps === null ? 'loading' : running
    sendJson(response, status === 'ok' ? 200 : 503, {
      status,
      model: options.modelId,
      slots: options.slots,
      contextTokens: deps?.model.contextTokens ?? null,
      active: deps?.slots.active() ?? 0,
      queued: deps?.slots.waiting() ?? 0,
      stalledMs: deps?.pulse.stalledMs() ?? 0,
    })
  }

  function sendMetrics(response: ServerResponse, { counters, slots }: EngineDeps): void {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(counters.render({ active: slots.active(), waiting: slots.waiting(), slots: options.slots }))
  }

  const server = createServer((request, response) => {
    const requestId = readRequestId(request)
    response.setHeader('x-request-id', requestId)
    response.on('error', () => undefined)
    route(request, response, requestId).catch((error: unknown) => {
      if (!(error instanceof ApiError)) options.onBug(error)
      sendError(
        response,
        error instanceof ApiError ? error : new ApiError(500, 'engine_failed', 'The engine failed on this request.'),
      )
    })
  })
  server.keepAliveTimeout = keepAliveMs
  return {
    server,
    serve(given) {
      deps = given
    },
  }
}

function checkToken(request: IncomingMessage, token: string | null): void {
  if (token === null) return
  const given = createHash('sha256')
    .update(request.headers.authorization ?? '')
    .digest()
  const wanted = createHash('sha256').update(`Bearer ${token}`).digest()
  if (!timingSafeEqual(given, wanted))
    throw new ApiError(401, 'invalid_api_key', 'The bearer token is missing or wrong.')
}

function readRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > bytesMax) throw new ApiError(413, 'request_too_large', `The body is larger than ${bytesMax} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw notJson(error)
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent || response.destroyed) {
    response.end()
    return
  }
  if (error.retryAfterSeconds !== null) response.setHeader('retry-after', error.retryAfterSeconds)
  if (error.status === 413) response.setHeader('connection', 'close')
  sendJson(response, error.status, error.body())
}

function notJson(cause: unknown): ApiError {
  return new ApiError(400, 'invalid_json', 'The body is not valid JSON.', { cause })
}
