import { contract, type limitView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { listOwnLimits, removeLimits, saveLimits } from './limit-store.ts'
import type { CallLimitRow } from './tables.ts'

export interface LimitRouteDeps {
  readonly clock: Clock
  projectsOf(tx: Tx, organisationId: string): Promise<readonly { readonly id: string }[]>
}

const scopeOf = ({ projectId }: Pick<CallLimitRow, 'projectId'>) => (projectId === null ? 'organisation' : 'project')

const view = (row: CallLimitRow): z.input<typeof limitView> => ({
  scope: scopeOf(row),
  projectId: row.projectId,
  requestsPerMinute: row.requestsPerMinute,
  tokensPerMinute: row.tokensPerMinute,
  concurrentRequests: row.concurrentRequests,
  changedAt: row.changedAt.toISOString(),
  changedBy: row.changedBy,
})

/** @throws Refusal invalid_request for a project of others */
const requireOwn = async (deps: LimitRouteDeps, tx: Tx, organisationId: string, projectId: string): Promise<void> => {
  const own = await deps.projectsOf(tx, organisationId)
  if (own.some(({ id }) => id === projectId)) return
  const message = 'The organisation has no such project.'
  throw new Refusal('invalid_request', `${message} Nothing was changed.`, {
    fields: [{ path: 'body.projectId', message }],
  })
}

const isNothing = (row: CallLimitRow): boolean =>
  row.requestsPerMinute === null && row.tokensPerMinute === null && row.concurrentRequests === null

/** Limits of an organisation and its projects: to see, set and take away. */
export const limitRoutes = (deps: LimitRouteDeps & { readonly changed: () => Promise<void> }): Route[] => [
  route(contract.limits.list, async ({ tx, params }) => ({
    items: (await listOwnLimits(tx, params.organisationId)).map(view),
  })),
  route(contract.limits.set, async ({ tx, params, body, caller, afterCommit }) => {
    const { organisationId } = params
    const { projectId, ...limits } = body
    if (projectId !== undefined) await requireOwn(deps, tx, organisationId, projectId)
    const covered = { coveredId: projectId ?? organisationId, organisationId, projectId: projectId ?? null }
    const by = { changedBy: caller.personId, changedAt: deps.clock.now() }
    const row = await saveLimits(tx, { ...covered, ...limits, ...by })
    if (isNothing(row)) await removeLimits(tx, row.coveredId)
    const rule = `${isNothing(row) ? 'removed' : 'set'}(${scopeOf(row)})`
    await recordDecision(tx, deps.clock, { gate: 'limit', decision: 'done', rule })
    afterCommit(deps.changed)
    return view(row)
  }),
]
