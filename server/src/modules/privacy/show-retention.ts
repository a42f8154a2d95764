import { contract } from '@avow/contract'
import type { CompiledPolicy, RetentionRule } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { RetentionGate } from '../../platform/gates/index.ts'
import { type Route, route } from '../../platform/http/index.ts'
import { nextSweepAt } from './jobs.ts'
import { findLastRuns, type LastRun } from './store.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

const earliest = (times: readonly (Date | null)[]): Date | null =>
  times.reduce<Date | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null)

const describeClass = async (
  tx: Tx,
  gate: RetentionGate,
  clock: Clock,
  rule: RetentionRule,
  runs: readonly LastRun[],
) => {
  const tables = gate.tables.filter((of) => of.rule.class === rule.class)
  const last = runs.filter((run) => tables.some((of) => of.table === run.table))
  const lastRunAt = last.reduce<Date | null>(
    (newest, run) => (newest === null || run.finishedAt > newest ? run.finishedAt : newest),
    null,
  )
  const overdue: number[] = []
  for (const of of tables) overdue.push(await gate.overdue(tx, of))
  const isSwept = rule.period !== 'forever' && tables.length > 0
  return {
    retentionClass: rule.class,
    period: rule.period === 'forever' ? 'forever' : rule.period.text,
    trigger: rule.trigger,
    tables: tables.map((of) => of.table),
    lastRunAt: lastRunAt?.toISOString() ?? null,
    lastLookedAt: last.length === 0 ? null : sum(last.map((run) => run.looked)),
    lastRemoved: last.length === 0 ? null : sum(last.map((run) => run.removed)),
    lastHeld: last.length === 0 ? null : sum(last.map((run) => run.held)),
    overdue: sum(overdue),
    nextDueAt: earliest(last.map((run) => run.nextDueAt))?.toISOString() ?? null,
    lastRuns: last.map(({ table, explanation }) => ({ table, explanation })),
    nextRunAt: isSwept ? nextSweepAt(clock.now()).toISOString() : null,
  }
}

/** Each retention class of the policy: its period, its tables, its last run and what is past due now. */
export const showRetention = (policy: CompiledPolicy, gate: RetentionGate, clock: Clock): Route =>
  route(contract.privacy.retention, async ({ tx }) => {
    const runs = await findLastRuns(tx)
    const items: Awaited<ReturnType<typeof describeClass>>[] = []
    for (const rule of policy.retentions) items.push(await describeClass(tx, gate, clock, rule, runs))
    return { items }
  })
