import type { CompiledPolicy, PolicyReport } from '@avow/policy'
import { desc, eq } from 'drizzle-orm'
import type { Clock } from '../../platform/clock/index.ts'
import { retentionRun, type Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { policyReport } from './tables.ts'

/** Keeps a report beside the policy that it is about. */
export const insertReport = async (
  tx: Tx,
  clock: Clock,
  policy: CompiledPolicy,
  report: PolicyReport,
  durationMs: number,
): Promise<void> => {
  await tx.insert(policyReport).values({
    id: newId('rep', clock),
    policyName: policy.id,
    policyVersion: policy.version,
    policyHash: policy.hash,
    checkedAt: new Date(report.checkedAt),
    durationMs: Math.round(durationMs),
    broken: report.summary.broken,
    report,
  })
}

/** The newest report on the policy in force; null when there is none yet. */
export const findNewestReport = async (tx: Tx, policy: CompiledPolicy): Promise<PolicyReport | null> => {
  const [row] = await tx
    .select({ report: policyReport.report })
    .from(policyReport)
    .where(eq(policyReport.policyHash, policy.hash))
    .orderBy(desc(policyReport.checkedAt))
    .limit(1)
  return row === undefined ? null : (row.report as PolicyReport)
}

/** The last run of the retention gate over one table. */
export interface LastRun {
  readonly table: string
  readonly finishedAt: Date
  readonly looked: number
  readonly removed: number
}

export const findLastRuns = (tx: Tx): Promise<LastRun[]> => {
  return tx
    .selectDistinctOn([retentionRun.tableName], {
      table: retentionRun.tableName,
      finishedAt: retentionRun.finishedAt,
      looked: retentionRun.looked,
      removed: retentionRun.removed,
    })
    .from(retentionRun)
    .orderBy(retentionRun.tableName, desc(retentionRun.finishedAt), desc(retentionRun.id))
}
