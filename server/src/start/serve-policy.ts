import { type CompiledPolicy, type PolicyPage, type PolicyReport, pageHtml, policyPage, trustPage } from '@avow/policy'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** A version of the policy that was in force here. */
export interface PastVersion {
  readonly id: string
  readonly policy: CompiledPolicy
  readonly inForceAt: Date
  /** Null: still in force. */
  readonly endedAt: Date | null
}

export interface PolicyPages {
  readonly policy: CompiledPolicy
  /** A version that was announced and is not in force yet. */
  readonly waiting: () => Promise<CompiledPolicy | null>
  /** Newest first. */
  readonly history: () => Promise<readonly PastVersion[]>
  readonly operatorAddress: () => Promise<string | null>
  /** The newest report on the policy in force. */
  readonly newestReport: () => Promise<PolicyReport | null>
}

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)

/** The page of a version that is not in force must not say that it is. */
const otherVersion = (policy: CompiledPolicy, operatorAddress: string | null, state: string): PolicyPage => {
  const { about, ...page } = policyPage(policy, operatorAddress)
  const [operator = ''] = about
  return { ...page, about: [operator, `Version ${policy.version} ${state}`] }
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const timesOf = ({ inForceAt, endedAt }: PastVersion): string =>
  endedAt === null ? `in force since ${dayOf(inForceAt)}` : `was in force from ${dayOf(inForceAt)} to ${dayOf(endedAt)}`

const historyPage = (title: string, versions: readonly PastVersion[]): PolicyPage => ({
  title: `${title}: versions`,
  about: ['Every version that was in force here, to be read as it was published.'],
  sections: [
    {
      heading: 'Versions',
      lines: [],
      table: {
        head: ['Version', 'When'],
        rows: versions.map((one) => [`${one.policy.id} ${one.policy.version}`, timesOf(one)]),
      },
    },
  ],
  links: versions.map(({ id, policy }) => ({
    text: `${policy.id} ${policy.version}, as it was published`,
    href: `/policy/versions/${id}`,
  })),
})

/**
 * Pages that need no script and no account: the policy in force at `/policy`, the version that was announced at
 * `/policy/next`, those before at `/policy/versions`, the state of the clauses at `/trust`.
 */
export const servePolicy = (app: FastifyInstance, pages: PolicyPages): void => {
  const { policy, waiting, history, operatorAddress, newestReport } = pages
  app.get('/policy', async (_request, reply) => sendPage(reply, pageHtml(policyPage(policy, await operatorAddress()))))
  app.get('/policy/next', async (_request, reply) => {
    const next = await waiting()
    if (next === null) return reply.redirect('/policy')
    return sendPage(reply, pageHtml(otherVersion(next, await operatorAddress(), 'is announced and not in force yet.')))
  })
  app.get('/policy/versions', async (_request, reply) =>
    sendPage(reply, pageHtml(historyPage(policy.title, await history()))),
  )
  app.get<{ Params: { id: string } }>('/policy/versions/:id', async (request, reply) => {
    const found = (await history()).find(({ id }) => id === request.params.id)
    if (found === undefined) return reply.redirect('/policy/versions')
    return sendPage(reply, pageHtml(otherVersion(found.policy, await operatorAddress(), `${timesOf(found)}.`)))
  })
  app.get('/trust', async (_request, reply) => sendPage(reply, pageHtml(trustPage(policy, await newestReport()))))
}
