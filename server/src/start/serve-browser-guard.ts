import type { CompiledPolicy } from '@avow/policy'
import type { FastifyInstance } from 'fastify'
import { browserGuard, browserGuardPath } from '../platform/gates/index.ts'

/** The script that each page loads first; it follows the policy, so browsers ask for it anew. */
export const serveBrowserGuard = (app: FastifyInstance, policy: CompiledPolicy): void => {
  const script = browserGuard(policy)
  app.get(browserGuardPath, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
  )
}
