import { contract, type usageView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, Tx } from '../../platform/db/index.ts'
import type { PurposeGate } from '../../platform/gates/index.ts'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import { microsOfPicos } from './price-usage.ts'
import { sumUsage, type UsageScope, type UsageSums } from './store.ts'

type UsageView = z.input<typeof usageView>

export interface ShowUsageDeps {
  readonly database: Database
  readonly clock: Clock
  readonly purposeGate: Pick<PurposeGate, 'require'>
  readonly currency: string
  /** Carries what was booked up to now to the database. */
  flush(): Promise<void>
  keyNames(tx: Tx, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  projectsOf(tx: Tx, organisationId: string): Promise<readonly { id: string }[]>
}

interface Asked {
  since?: string | undefined
  until?: string | undefined
  groupBy: 'hour' | 'day' | 'model' | 'key'
  model?: string | undefined
  keyId?: string | undefined
}

const defaultSpanMs = 30 * 86_400_000

/** Usage of a project and of an organisation, up to the last answered request. */
export const usageRoutes = (deps: ShowUsageDeps): Route[] => [
  route(
    contract.usage.project,
    ({ params, query }) => show(deps, { projectId: params.projectId }, async () => [params.projectId], query),
    'handler',
  ),
  route(
    contract.usage.organisation,
    ({ params: { organisationId }, query }) =>
      show(
        deps,
        { organisationId },
        async (tx) => (await deps.projectsOf(tx, organisationId)).map((one) => one.id),
        query,
      ),
    'handler',
  ),
]

const show = async (
  deps: ShowUsageDeps,
  scope: UsageScope,
  projectIdsOf: (tx: Tx) => Promise<string[]>,
  asked: Asked,
): Promise<UsageView> => {
  deps.purposeGate.require('billing', 'usage.inference')
  const until = asked.until === undefined ? deps.clock.now() : new Date(asked.until)
  const since = asked.since === undefined ? new Date(until.getTime() - defaultSpanMs) : new Date(asked.since)
  if (since > until) {
    throw new Refusal('invalid_request', '`since` is later than `until`.', {
      fields: [{ path: 'query.since', message: 'later than until' }],
    })
  }
  // Not inside the transaction: it would hold a connection while the shipper needs one.
  await deps.flush()
  return deps.database.transaction(async (tx) => {
    const sums = await sumUsage(tx, scope, { ...asked, since, until })
    const names = asked.groupBy === 'key' ? await deps.keyNames(tx, await projectIdsOf(tx)) : new Map<string, string>()
    return {
      since: since.toISOString(),
      until: until.toISOString(),
      currency: deps.currency,
      totals: totalOf(sums),
      rows: sums.map((row) => ({
        at: row.at,
        model: row.model,
        keyId: row.keyId,
        ...countsOf(row),
        costMicros: shown(BigInt(row.costPicos)),
        keyName: row.keyId === null ? null : (names.get(row.keyId) ?? null),
      })),
    }
  })
}

const shown = (picos: bigint): string => String(microsOfPicos(picos))

const countsOf = (row: UsageSums) => ({
  requests: Number(row.requests),
  failedRequests: Number(row.failedRequests),
  batchRequests: Number(row.batchRequests),
  promptTokens: Number(row.promptTokens),
  completionTokens: Number(row.completionTokens),
})

const totalOf = (rows: readonly UsageSums[]): UsageView['totals'] => {
  const total = { requests: 0, failedRequests: 0, batchRequests: 0, promptTokens: 0, completionTokens: 0 }
  let costPicos = 0n
  for (const row of rows) {
    const counts = countsOf(row)
    total.requests += counts.requests
    total.failedRequests += counts.failedRequests
    total.batchRequests += counts.batchRequests
    total.promptTokens += counts.promptTokens
    total.completionTokens += counts.completionTokens
    costPicos += BigInt(row.costPicos)
  }
  return { ...total, costMicros: shown(costPicos) }
}
