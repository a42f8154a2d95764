import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { OpenDatabase } from '../platform/db/index.ts'

/** A part's state for /readyz; `ok: false` with `required` makes the whole not ready. */
export interface Part {
  name: string
  ok: boolean
  required: boolean
  state: string
}

const queryMsMax = 2000

const databaseAnswers = (database: OpenDatabase): Promise<boolean> =>
  Promise.race([
    database.pool.query('select 1').then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((done) => setTimeout(done, queryMsMax, false).unref()),
  ])

/** /healthz: the process is alive. /readyz: its parts answer. /metrics: Prometheus, for this machine or with the operator token. */
export const mountHealth = (
  app: FastifyInstance,
  deps: {
    database: OpenDatabase
    registry: Registry
    isStopping: () => boolean
    parts: () => readonly Part[]
    mayReadMetrics: (token: string) => boolean
  },
): void => {
  app.get('/healthz', () => ({ status: 'ok' }))
  // Else a monitor that guessed this name would get a page of the console, with 200, whatever is wrong.
  app.get('/health', (_request, reply) =>
    reply.code(404).type('text/plain').send('There are /healthz (alive) and /readyz (its parts answer).\n'),
  )
  app.get('/readyz', async (_request, reply) => {
    const ok = await databaseAnswers(deps.database)
    const parts: Part[] = [
      { name: 'database', ok, required: true, state: ok ? 'ready' : 'not answering' },
      ...deps.parts(),
    ]
    const isReady = !deps.isStopping() && parts.every((part) => part.ok || !part.required)
    const status = isReady ? 'ready' : 'not ready'
    return reply.code(isReady ? 200 : 503).send({ status: deps.isStopping() ? 'stopping' : status, parts })
  })
  app.get('/metrics', async (request, reply) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const isLocal =
      ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip) && request.headers['x-forwarded-for'] === undefined
    if (!isLocal && !deps.mayReadMetrics(token))
      return reply.code(401).type('text/plain').send('send the operator token as a bearer token\n')
    return reply.type(deps.registry.contentType).send(await deps.registry.metrics())
  })
}
