import type { CompiledPolicy } from '@avow/policy'
import type { FastifyInstance } from 'fastify'

/** Says to browsers that Global Privacy Control is obeyed (W3C), where the policy says so; otherwise nothing is there. */
export const serveSignals = (app: FastifyInstance, { source }: CompiledPolicy): void => {
  if (source.signals?.includes('gpc') !== true) return
  app.get('/.well-known/gpc.json', async (_request, reply) =>
    reply.type('application/json').send({ gpc: true, lastUpdate: source.updated }),
  )
}
