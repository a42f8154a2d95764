import { sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'

/** Up to when a sweep goes. */
export interface SweepInstant {
  readonly at: Date
  /** How far the clock is ahead of it, in milliseconds; 0 usually. */
  readonly behindMs: number
  /** A part of a jump of the clock is followed now. */
  readonly isStep: boolean
}

const dayMs = 86_400_000
/** A machine may be off for so long; more than that at once is taken for a clock that jumped. */
const stepMs = 31 * dayMs
const stepEveryMs = dayMs

/**
 * The clock's instant, unless it is more than 31 days ahead of the last sweep: then those 31 days, and as much again each
 * further day, so that a clock that jumped years ahead takes a month of data before somebody can see it, not all of it.
 */
export const sweepInstant = async (tx: Tx, clock: Pick<Clock, 'now'>): Promise<SweepInstant> => {
  const { rows } = await tx.execute<{ last: Date | string | null; since: Date | string | null }>(
    sql`select last, (select min(started_at) from retention_run where effective_at = last) as since from (select max(effective_at) as last from retention_run) as runs`,
  )
  const [found] = rows
  const now = clock.now()
  if (found?.last == null) return { at: now, behindMs: 0, isStep: false }
  const last = new Date(found.last)
  if (now.getTime() - last.getTime() <= stepMs) return { at: now, behindMs: 0, isStep: false }
  const isStep = found.since == null || now.getTime() - new Date(found.since).getTime() >= stepEveryMs
  const at = isStep ? new Date(last.getTime() + stepMs) : last
  return { at, behindMs: now.getTime() - at.getTime(), isStep }
}
