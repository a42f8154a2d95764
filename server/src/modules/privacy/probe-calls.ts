import Fastify from 'fastify'
import { probeAddress } from '../../platform/http/index.ts'
import type { ProbeBooks } from '../billing/index.ts'
import {
  type BodyKeeper,
  type EngineCounts,
  type EngineTurn,
  gatewayToCountingEngine,
  type KeyLimitsOf,
  type ProbeCaller,
  type ProbePool,
} from '../inference/index.ts'
import type { CheckedSystem } from './check.ts'

const dayMs = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Calls of a probe through the real gateway, to an engine in this process; they stand in books of their own. */
export interface ProbeCalls {
  /** A chat completion, or a response; of a caller, if one is named. */
  chat(
    prompt: string,
    stream?: boolean,
    more?: ChatOptions,
  ): Promise<{ readonly status: number; readonly body: string; readonly provider: string | null }>
  /** What the engine counted, one entry a call. */
  readonly counted: readonly EngineCounts[]
  readonly booked: ProbeBooks['booked']
  /** Ids of other servers of the pool that got a request. */
  readonly reached: readonly string[]
}

export interface ChatOptions {
  readonly caller?: ProbeCaller
  /** What the caller says of its program. */
  readonly userAgent?: string
  /** What the request says of storing. */
  readonly store?: boolean
  /** By the Responses API. */
  readonly asResponse?: boolean
}

/** Projects that call, what their keys may do, and what keeps bodies for them. What is logged meanwhile goes to `logged`. */
export interface CallsFor {
  readonly callers?: readonly ProbeCaller[]
  readonly limits?: KeyLimitsOf
  readonly bodies?: BodyKeeper
  /** Other servers that answer for the model. */
  readonly modelPool?: ProbePool
  readonly logged?: (line: string) => void
}

/** @param next what the engine counts for a call */
export const withCalls = async <T>(
  system: CheckedSystem,
  next: () => EngineTurn,
  work: (calls: ProbeCalls) => Promise<T>,
  { logged = () => undefined, ...parts }: CallsFor = {},
): Promise<T> => {
  const nowMs = system.clock.nowMs()
  const books = await system.probeBooks([dayOf(nowMs), dayOf(nowMs + dayMs)])
  const app = Fastify({ logger: false })
  try {
    const log = system.logTo({ write: logged })
    const gateway = gatewayToCountingEngine({ ...parts, metering: books.metering, log, clock: system.clock }, next)
    app.all('/v1/*', (request, reply) => {
      reply.hijack()
      gateway.handle(request.raw, reply.raw)
    })
    // The body is the gateway's to read.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    return await work({
      counted: gateway.counted,
      reached: gateway.reached,
      booked: books.booked,
      chat: async (prompt, stream = false, { caller, userAgent = 'probe', asResponse = false, ...more } = {}) => {
        const asked = asResponse ? { input: prompt } : { messages: [{ role: 'user', content: prompt }] }
        const url = asResponse ? '/v1/responses' : '/v1/chat/completions'
        const answer = await app.inject({
          ...{ method: 'POST', url, remoteAddress: probeAddress },
          payload: JSON.stringify({ model: gateway.model, stream, ...asked, ...more }),
          headers: {
            authorization: `Bearer ${gateway.secretOf(caller)}`,
            'content-type': 'application/json',
            'user-agent': userAgent,
          },
        })
        const provider = answer.headers['avow-provider']
        return {
          status: answer.statusCode,
          body: answer.body,
          provider: provider === undefined ? null : String(provider),
        }
      },
    })
  } finally {
    await app.close()
    await books.close()
  }
}
