import { contract } from '@avow/contract'
import type { ClauseReport, CompiledPolicy, PolicyReport } from '@avow/policy'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import { findNewestReport } from './store.ts'
import { onlyClause } from './verify-policy.ts'

interface ReportView {
  policy: string
  checkedAt: string
  summary: PolicyReport['summary']
  clauses: ClauseReport[]
}

const view = ({ clauses, ...report }: PolicyReport): ReportView => ({ ...report, clauses: [...clauses] })

/** The newest report. */
export const showReport = (policy: CompiledPolicy): Route =>
  route(contract.privacy.report, async ({ tx }) => {
    const report = await findNewestReport(tx, policy)
    if (report === null)
      throw new Refusal(
        'not_found',
        'The policy has not been checked since it took effect. The first report comes within a minute of the start.',
      )
    return view(report)
  })

/** Runs every check now. Checks open connections and transactions of their own. */
export const verifyNow = (verify: () => Promise<PolicyReport>): Route =>
  route(contract.privacy.verify, async () => view(await verify()), 'handler')

/** Runs the checks of one clause now. The newest report stays: it tells of all clauses at one time. */
export const checkClause = (policy: CompiledPolicy, check: (only: CompiledPolicy) => Promise<PolicyReport>): Route =>
  route(
    contract.privacy.checkClause,
    async ({ params }) => {
      const only = onlyClause(policy, params.clauseId)
      if (only === null) throw new Refusal('not_found', `The policy ${policy.id} has no clause ${params.clauseId}.`)
      return view(await check(only))
    },
    'handler',
  )
