import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import type { Database } from '../db/index.ts'
import { actAndRecord, actIfAndRecord, type Decision } from '../evidence/index.ts'
import { type Holds, lockHoldsShared } from './holds.ts'

/** Rows of one table. */
export interface Rows {
  readonly table: string
  readonly where: SQL
}

/**
 * Deletes rows that somebody may delete now, but for those that a legal hold covers, and writes the decision with it.
 * Where nothing at all is held, which is usual, that is one statement; else each row is asked, under the lock of those who
 * destroy.
 * @returns how many rows went; 0 leaves no decision
 */
export const removeUnlessHeld = async (
  {
    database,
    clock,
    holds,
  }: { readonly database: Pick<Database, 'direct' | 'transaction'>; readonly clock: Clock; readonly holds: Holds },
  { table, where }: Rows,
  decision: Omit<Decision, 'counted'>,
): Promise<number> => {
  const now = clock.now()
  const rows = sql`delete from ${sql.identifier(table)} where (${where})`
  const nothingHeld = sql`is_nothing_held(${now.toISOString()}::timestamptz)`
  const removed = await actIfAndRecord(database.direct, clock, nothingHeld, rows, decision)
  if (removed !== null) return removed
  return database.transaction(async (tx) => {
    await lockHoldsShared(tx)
    const held = holds.isHeld(table, now)
    return actAndRecord(tx, clock, held === null ? rows : sql`${rows} and not ${held}`, decision)
  })
}
