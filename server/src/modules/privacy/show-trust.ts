import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import { type Route, route } from '../../platform/http/index.ts'
import { findNewestReport } from './store.ts'

/** What anyone may see of the newest report. Figures and reasons stay inside: they tell how the system is built and used. */
export const showTrust = (policy: CompiledPolicy): Route =>
  route(contract.privacy.trust, async ({ tx }) => {
    const report = await findNewestReport(tx, policy)
    const states = new Map(report?.clauses.map(({ id, state }) => [id, state]))
    return {
      policy: policy.id,
      version: policy.version,
      checkedAt: report?.checkedAt ?? null,
      summary: report?.summary ?? null,
      clauses: policy.clauses.map(({ id, promise }) => ({
        id,
        promise,
        state: states.get(id) ?? ('unproven' as const),
      })),
    }
  })
