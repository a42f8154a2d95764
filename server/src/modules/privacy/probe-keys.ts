import Fastify from 'fastify'
import { probeAddress } from '../../platform/http/index.ts'
import { gatewayWithoutModels } from '../inference/index.ts'
import type { CheckedSystem } from './check.ts'
import type { ProbeWorld } from './probe-people.ts'

/** What the gateway books: nothing here, for no call gets as far. */
const noMetering = { origins: null, refusal: () => null, record: () => undefined, begin: () => null }

/** Shows a key at the gateway's door, from an address. @returns how it is answered */
export type ShowKey = (key: string, from?: string) => Promise<{ readonly status: number; readonly retryAfter: number }>

/** The real gateway's door in front of no model, for keys of a probe's world. */
export const withKeyDoor = async <T>(
  world: ProbeWorld,
  system: CheckedSystem,
  watch: Pick<Parameters<typeof gatewayWithoutModels>[0], 'keyRefused' | 'strangers'>,
  work: (show: ShowKey) => Promise<T>,
): Promise<T> => {
  const door = gatewayWithoutModels({
    ...watch,
    keys: world.identity.api.keyDirectory,
    metering: noMetering,
    clock: system.clock,
    log: system.logTo({ write: () => undefined }),
  })
  const app = Fastify({ logger: false })
  app.all('/v1/*', (request, reply) => {
    reply.hijack()
    door(request.raw, reply.raw)
  })
  try {
    return await work(async (key, from = probeAddress) => {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await app.inject({ url: '/v1/models', headers, remoteAddress: from })
      return { status: answer.statusCode, retryAfter: Number(answer.headers['retry-after'] ?? 0) }
    })
  } finally {
    await app.close()
  }
}
