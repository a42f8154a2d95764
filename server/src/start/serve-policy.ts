import { type CompiledPolicy, pageHtml, policyPage } from '@avow/policy'
import type { FastifyInstance } from 'fastify'

/** The policy in force as a page that needs no script and no account, at `/policy`. */
export const servePolicy = (
  app: FastifyInstance,
  policy: CompiledPolicy,
  operatorAddress: () => Promise<string | null>,
): void => {
  app.get('/policy', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(pageHtml(policyPage(policy, await operatorAddress()))),
  )
}
