import Fastify from 'fastify'
import { probeAddress } from '../../platform/http/index.ts'
import type { ProbeBooks } from '../billing/index.ts'
import { type EngineCounts, gatewayToCountingEngine, type KeyLimitsOf } from '../inference/index.ts'
import type { CheckedSystem } from './check.ts'

const dayMs = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Calls of a probe through the real gateway, to an engine in this process; they stand in books of their own. */
export interface ProbeCalls {
  /** A chat completion. @param userAgent what the caller says of its program */
  chat(
    prompt: string,
    stream?: boolean,
    userAgent?: string,
  ): Promise<{ readonly status: number; readonly body: string }>
  /** What the engine counted, one entry a call. */
  readonly counted: readonly EngineCounts[]
  readonly booked: ProbeBooks['booked']
}

/** @param next what the engine counts for a call; @param limits of the key that calls */
export const withCalls = async <T>(
  system: CheckedSystem,
  next: () => EngineCounts,
  work: (calls: ProbeCalls) => Promise<T>,
  limits: KeyLimitsOf = {},
): Promise<T> => {
  const nowMs = system.clock.nowMs()
  const books = await system.probeBooks([dayOf(nowMs), dayOf(nowMs + dayMs)])
  const app = Fastify({ logger: false })
  try {
    const log = system.logTo({ write: () => undefined })
    const gateway = gatewayToCountingEngine({ metering: books.metering, log, clock: system.clock }, next, limits)
    app.all('/v1/*', (request, reply) => {
      reply.hijack()
      gateway.handle(request.raw, reply.raw)
    })
    // The body is the gateway's to read.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const headers = { authorization: `Bearer ${gateway.secret}`, 'content-type': 'application/json' }
    return await work({
      counted: gateway.counted,
      booked: books.booked,
      chat: async (prompt, stream = false, userAgent = 'probe') => {
        const payload = JSON.stringify({ model: gateway.model, stream, messages: [{ role: 'user', content: prompt }] })
        const answer = await app.inject({
          ...{ method: 'POST', url: '/v1/chat/completions', payload, remoteAddress: probeAddress },
          headers: { ...headers, 'user-agent': userAgent },
        })
        return { status: answer.statusCode, body: answer.body }
      },
    })
  } finally {
    await app.close()
    await books.close()
  }
}
