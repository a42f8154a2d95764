import { type CompiledPolicy, type PolicyReport, pageHtml, policyPage, trustPage } from '@avow/policy'
import type { FastifyInstance, FastifyReply } from 'fastify'

export interface PolicyPages {
  readonly policy: CompiledPolicy
  readonly operatorAddress: () => Promise<string | null>
  /** The newest report on the policy in force. */
  readonly newestReport: () => Promise<PolicyReport | null>
}

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)

/** Pages that need no script and no account: the policy in force at `/policy`, the state of its clauses at `/trust`. */
export const servePolicy = (app: FastifyInstance, { policy, operatorAddress, newestReport }: PolicyPages): void => {
  app.get('/policy', async (_request, reply) => sendPage(reply, pageHtml(policyPage(policy, await operatorAddress()))))
  app.get('/trust', async (_request, reply) => sendPage(reply, pageHtml(trustPage(policy, await newestReport()))))
}
