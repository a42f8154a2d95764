import { dueAt } from '@avow/policy'
import { type SQL, sql } from 'drizzle-orm'
import { type DayPartition, ensureDayPartitions, listDayPartitions, type Tx } from '../db/index.ts'
import { isAnyHold, lockHoldsShared } from './holds.ts'
import { type GateDeps, isRemovable, type RetainedTable, readPlans } from './retention-period.ts'

/**
 * A reader of the whole table, such as a backup, is not waited for: writers would wait behind us. Two such waits are
 * shorter than the second after which PostgreSQL looks for a deadlock: a reader that has the table and waits for the day, while
 * we have the day and wait for the table, goes on, and we give way.
 */
const lockMsMax = 400
const lockNotAvailable = '55P03'

const isInUse = (error: unknown): boolean => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  return (cause?.code ?? code) === lockNotAvailable
}

/** Rows of a day that is past the policy's period which stay; null: none can, as nothing holds or plans anything now. */
const isKept = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date, day: string): Promise<SQL | null> => {
  const { plans } = await readPlans(tx, deps, of)
  if (plans.length > 0) return sql`(${(await isRemovable(tx, deps, of, at, day)) ?? sql`false`}) is not true`
  return (await isAnyHold(tx, deps.clock.now())) ? deps.holds.isHeld(of.table, deps.clock.now(), day) : null
}

/** A day is read once, whatever is asked of it. */
const countDay = async (tx: Tx, day: string, kept: SQL | null): Promise<{ rows: number; keptRows: number }> => {
  const { rows } = await tx.execute<{ rows: string; kept: string }>(
    sql`select count(*) as rows, ${kept === null ? sql`0` : sql`count(*) filter (where ${kept})`} as kept from ${sql.identifier(day)}`,
  )
  return { rows: Number(rows[0]?.rows ?? 0), keptRows: Number(rows[0]?.kept ?? 0) }
}

/**
 * Drops a day. What a hold covers, or a plan keeps for longer, is moved aside first and put back into a new partition.
 * @returns how many rows are gone
 */
const dropDay = async (tx: Tx, deps: GateDeps, of: RetainedTable, at: Date, day: DayPartition): Promise<number> => {
  await lockHoldsShared(tx)
  await tx.execute(sql`select set_config('lock_timeout', ${String(lockMsMax)}, true)`)
  const name = sql.identifier(day.name)
  // Readers go on while the day is counted; the table itself is locked for the moment of the drop.
  await tx.execute(sql`lock table ${name} in exclusive mode`)
  const kept = await isKept(tx, deps, of, at, day.name)
  const { rows, keptRows } = await countDay(tx, day.name, kept)
  if (keptRows > 0 && keptRows === rows) return 0
  if (keptRows > 0)
    await tx.execute(sql`create temporary table held_aside on commit drop as select * from ${name} where ${kept}`)
  await tx.execute(sql`lock table ${name} in access exclusive mode`)
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
