import type { CompiledPolicy, PolicyReport } from '@avow/policy'
import { desc, eq } from 'drizzle-orm'
import type { Clock } from '../../platform/clock/index.ts'
import { retentionRun, type Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { policyReport } from './tables.ts'

const statesOf = (report: PolicyReport): string => report.clauses.map(({ id, state }) => `${id} ${state}`).join()

const newestOf = (tx: Tx, policy: CompiledPolicy) =>
  tx
    .select()
    .from(policyReport)
    .where(eq(policyReport.policyHash, policy.hash))
    .orderBy(desc(policyReport.checkedAt))
    .limit(1)

/** Keeps a report. One with the same states as the report before it takes its place; so the rows tell the changes. */
export const keepReport = async (
  tx: Tx,
  clock: Clock,
  policy: CompiledPolicy,
  report: PolicyReport,
  durationMs: number,
): Promise<void> => {
  const checkedAt = new Date(report.checkedAt)
  const found = { checkedAt, durationMs: Math.round(durationMs), broken: report.summary.broken, report }
  const [before] = await newestOf(tx, policy)
  if (before !== undefined && statesOf(before.report as PolicyReport) === statesOf(report)) {
    await tx.update(policyReport).set(found).where(eq(policyReport.id, before.id))
    return
  }
  await tx.insert(policyReport).values({
    ...found,
    id: newId('rep', clock),
    policyName: policy.id,
    policyVersion: policy.version,
    policyHash: policy.hash,
    since: checkedAt,
  })
}

/** The newest report on the policy in force; null when there is none yet. */
export const findNewestReport = async (tx: Tx, policy: CompiledPolicy): Promise<PolicyReport | null> => {
  const [row] = await newestOf(tx, policy)
  return row === undefined ? null : (row.report as PolicyReport)
}

/** The last run of the retention gate over one table. */
export interface LastRun {
  readonly table: string
  readonly finishedAt: Date
  readonly looked: number
  readonly removed: number
  readonly held: number
  readonly nextDueAt: Date | null
  readonly explanation: string
}

export const findLastRuns = (tx: Tx): Promise<LastRun[]> => {
  return tx
    .selectDistinctOn([retentionRun.tableName], {
      table: retentionRun.tableName,
      finishedAt: retentionRun.finishedAt,
      looked: retentionRun.looked,
      removed: retentionRun.removed,
      held: retentionRun.held,
      nextDueAt: retentionRun.nextDueAt,
      explanation: retentionRun.explanation,
    })
    .from(retentionRun)
    .orderBy(retentionRun.tableName, desc(retentionRun.finishedAt), desc(retentionRun.id))
}
