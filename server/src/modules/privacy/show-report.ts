import { contract } from '@avow/contract'
import type { ClauseReport, CompiledPolicy, PolicyReport } from '@avow/policy'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import { findNewestReport } from './store.ts'

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
