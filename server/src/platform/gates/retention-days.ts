import { dueAt } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import { type DayPartition, ensureDayPartitions, listDayPartitions, type Tx } from '../db/index.ts'
import { lockHoldsShared } from './holds.ts'
import { countWhere, type GateDeps, isRemovable, type RetainedTable, readPlans } from './retention-period.ts'

/** A reader of the whole table, such as a backup, is not waited for: writers would wait behind us. */
const lockMsMax = 2000
const lockNotAvailable = '55P03'

const isInUse = (error: unknown): boolean => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  return (cause?.code ?? code) === lockNotAvailable
}

/** Rows of a day that is past the policy's period which stay; null: none can. */
const isKept = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date, day: string): Promise<SQL | null> => {
  const { plans } = await readPlans(tx, deps, of)
  if (plans.length === 0) return deps.holds.isHeld(of.table, deps.clock.now(), day)
  return sql`(${(await isRemovable(tx, deps, of, at, day)) ?? sql`false`}) is not true`
}

/**
 * Drops a day. What a hold covers, or a plan keeps for longer, is moved aside first and put back into a new partition.
 * @returns how many rows are gone
 */
const dropDay = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date, day: DayPartition): Promise<number> => {
  await lockHoldsShared(tx)
  await tx.execute(sql`select set_config('lock_timeout', ${String(lockMsMax)}, true)`)
  const name = sql.identifier(day.name)
  // Only the day: the table itself is locked for the moment of the drop.
  await tx.execute(sql`lock table ${name} in access exclusive mode`)
  const rows = await countWhere(tx, day.name)
  const kept = await isKept(tx, deps, of, at, day.name)
  const keptRows = kept === null ? 0 : await countWhere(tx, day.name, kept)
  if (keptRows > 0 && keptRows === rows) return 0
  if (keptRows > 0)
    await tx.execute(sql`create temporary table held_aside on commit drop as select * from ${name} where ${kept}`)
  await tx.execute(sql`drop table ${name}`)
  if (keptRows > 0) {
    await ensureDayPartitions(tx, of.table, new Date(day.end.getTime() - 1), 1)
    await tx.execute(sql`insert into ${sql.identifier(of.table)} select * from held_aside`)
    await tx.execute(sql`drop table held_aside`)
  }
  return rows - keptRows
}

/** Drops the days that ended longer ago than the period. One that is being read stays until the next run. */
export const dropPastDays = async (deps: GateDeps, of: RetainedTable, at: Date): Promise<number> => {
  let removed = 0
  for (const day of await listDayPartitions(deps.database.direct, of.table)) {
    const due = dueAt(day.end, of.rule.period)
    if (due === null || due > at) continue
    try {
      removed += await deps.database.transaction((tx) => dropDay(tx, deps, of, at, day))
    } catch (error) {
      if (!isInUse(error)) throw error
      return removed
    }
  }
  return removed
}
