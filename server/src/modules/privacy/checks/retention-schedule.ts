import { max } from 'drizzle-orm'
import { retentionRun } from '../../../platform/db/index.ts'
import { type Check, count, finding } from '../check.ts'

const runsWithinHours = 25

/** Every table under a period has a recent run that says what it looked at. */
export const retentionSchedule: Check<'retention-runs'> = {
  name: 'retention-schedule',
  run: async (_rule, { clock, database, gates }) => {
    const runs = await database.direct
      .select({ table: retentionRun.tableName, lastAt: max(retentionRun.finishedAt) })
      .from(retentionRun)
      .groupBy(retentionRun.tableName)
    if (runs.length === 0) return finding(0, [], 'no run yet', 'the retention sweep has not run on this database yet')
    const since = clock.nowMs() - runsWithinHours * 3_600_000
    const tables = gates.retention.tables.filter((of) => of.rule.period !== 'forever')
    const stale = tables.filter(
      (of) => !runs.some((run) => run.table === of.table && run.lastAt !== null && run.lastAt.getTime() >= since),
    )
    const figure = `${tables.length - stale.length} of ${count(tables.length, 'table')} swept in the last ${runsWithinHours} hours`
    const behindMs = clock.nowMs() - (await gates.retention.instant(database.direct)).getTime()
    const days = Math.floor(behindMs / 86_400_000)
    const behind = days > 0 ? [`the clock is ${days} days ahead of the last sweeps, which follow it slowly`] : []
    return finding(tables.length, [...stale.map((of) => `${of.table} was not swept in time`), ...behind], figure)
  },
}
