import { type CompiledPolicy, type PolicyPage, type PolicyReport, pageHtml, policyPage, trustPage } from '@avow/policy'
import type { FastifyInstance, FastifyReply } from 'fastify'

export interface PolicyPages {
  readonly policy: CompiledPolicy
  /** A version that was announced and is not in force yet. */
  readonly waiting: () => Promise<CompiledPolicy | null>
  readonly operatorAddress: () => Promise<string | null>
  /** The newest report on the policy in force. */
  readonly newestReport: () => Promise<PolicyReport | null>
}

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)

/** The page of a version must not say that it is in force. */
const announced = (policy: CompiledPolicy, operatorAddress: string | null): PolicyPage => {
  const { about, ...page } = policyPage(policy, operatorAddress)
  const [operator = ''] = about
  return { ...page, about: [operator, `Version ${policy.version} is announced and not in force yet.`] }
}

/**
 * Pages that need no script and no account: the policy in force at `/policy`, the version that was announced at
 * `/policy/next`, the state of the clauses at `/trust`.
 */
export const servePolicy = (app: FastifyInstance, pages: PolicyPages): void => {
  const { policy, waiting, operatorAddress, newestReport } = pages
  app.get('/policy', async (_request, reply) => sendPage(reply, pageHtml(policyPage(policy, await operatorAddress()))))
  app.get('/policy/next', async (_request, reply) => {
    const next = await waiting()
    return next === null
      ? reply.redirect('/policy')
      : sendPage(reply, pageHtml(announced(next, await operatorAddress())))
  })
  app.get('/trust', async (_request, reply) => sendPage(reply, pageHtml(trustPage(policy, await newestReport()))))
}
