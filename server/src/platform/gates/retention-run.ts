import { describePeriod } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import { retentionRun, type Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/index.ts'
import { newId } from '../ids.ts'
import type { SweepInstant } from './retention-instant.ts'
import type { RetainedTable } from './retention-period.ts'

export interface SweepResult {
  readonly table: string
  /** Rows past their period. Those that are young are not counted: that would cost more, the more there are. */
  readonly looked: number
  readonly removed: number
  /** Rows past their period that a legal hold keeps. */
  readonly held: number
  /** When the next row falls due; null when there is none. */
  readonly nextDueAt: Date | null
  readonly explanation: string
}

const countMax = 2_147_483_647
const dayMs = 86_400_000

interface Run {
  readonly startedAt: Date
  readonly instant: SweepInstant
  readonly removed: number
  readonly held: number
  readonly nextDueAt: Date | null
}

const explain = (of: RetainedTable, { removed, held, instant, nextDueAt }: Run): string => {
  const period = describePeriod(of.rule.period)
  const looked = removed + held
  const did = looked === 0 ? `none past ${period}` : `${looked} past ${period}: ${removed} removed, ${held} on hold`
  const next =
    nextDueAt === null ? '' : `; the next is due ${nextDueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const days = Math.floor(instant.behindMs / dayMs)
  const behind =
    days > 0
      ? `; the clock is ${days} days ahead of the last runs, so only what was due at ${instant.at.toISOString()} went`
      : ''
  return `${did}${next}${behind}`
}

/** Writes what a run did where the report and people can read it. */
export const recordRun = async (tx: Tx, clock: Clock, of: RetainedTable, run: Run): Promise<SweepResult> => {
  const { removed, held, instant, nextDueAt, startedAt } = run
  const looked = removed + held
  const explanation = explain(of, run)
  await tx.insert(retentionRun).values({
    id: newId('rrn', clock),
    retentionClass: of.rule.class,
    tableName: of.table,
    period: of.rule.period === 'forever' ? 'forever' : of.rule.period.text,
    startedAt,
    finishedAt: clock.now(),
    effectiveAt: instant.at,
    nextDueAt,
    looked: Math.min(looked, countMax),
    held: Math.min(held, countMax),
    removed: Math.min(removed, countMax),
    explanation,
  })
  const rule = `retain(${of.rule.class})`
  if (instant.isStep) await recordDecision(tx, clock, { gate: 'retention', decision: 'refused', rule: 'clock ahead' })
  if (removed > 0) await recordDecision(tx, clock, { gate: 'retention', decision: 'done', rule, counted: removed })
  return { table: of.table, looked, removed, held, nextDueAt, explanation }
}
