import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, min, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { type BatchState, batch, batchResult } from './tables.ts'

export type BatchRow = typeof batch.$inferSelect
export type ResultRow = typeof batchResult.$inferSelect

export const insertBatch = async (tx: Tx, row: BatchRow): Promise<void> => {
  await tx.insert(batch).values(row)
}

export const findBatch = async (tx: Tx, projectId: string, id: string): Promise<BatchRow | undefined> => {
  const [row] = await tx
    .select()
    .from(batch)
    .where(and(eq(batch.projectId, projectId), eq(batch.id, id)))
  return row
}

/** Newest first, as ids sort by time; one more than the limit. */
export const listBatches = (
  tx: Tx,
  { projectId, after, limit }: { readonly projectId: string; readonly after: string | null; readonly limit: number },
): Promise<BatchRow[]> =>
  tx
    .select()
    .from(batch)
    .where(and(eq(batch.projectId, projectId), after === null ? undefined : lt(batch.id, after)))
    .orderBy(desc(batch.id))
    .limit(limit + 1)

/**
 * Moves a batch on, if it is still in one of these states: of two that move it at once, one does.
 * @returns it as it is now; undefined when it is in another state, or gone
 */
export const moveBatch = async (
  tx: Tx,
  id: string,
  from: readonly BatchState[],
  changes: Partial<BatchRow>,
): Promise<BatchRow | undefined> => {
  const [row] = await tx
    .update(batch)
    .set(changes)
    .where(and(eq(batch.id, id), inArray(batch.state, [...from])))
    .returning()
  return row
}

/** Whatever its project: for the runner only. */
export const findOpenBatch = async (tx: Tx, id: string): Promise<BatchRow | undefined> => {
  const [row] = await tx
    .select()
    .from(batch)
    .where(and(eq(batch.id, id), isNull(batch.endedAt)))
  return row
}

/** How many batches of one organisation are worked on at once, so that nobody waits for all of another's. */
const atOnceOfOne = 2

/** Batches that are to be worked on: the oldest of every organisation first. */
export const listOpenBatches = async (tx: Tx, limit: number): Promise<string[]> => {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from (select id, row_number() over (partition by organisation_id order by id) as turn from batch where ended_at is null) as open
      where turn <= ${atOnceOfOne} order by turn, id limit ${limit}`,
  )
  return rows.map(({ id }) => id)
}

/** The answer of a line, with what is to be booked for it. @returns false when the line has one already */
export const insertResult = async (tx: Tx, row: ResultRow): Promise<boolean> => {
  const added = await tx.insert(batchResult).values(row).onConflictDoNothing().returning({ id: batchResult.id })
  if (added.length === 0) return false
  const counted = row.isError ? { failed: sql`${batch.failed} + 1` } : { completed: sql`${batch.completed} + 1` }
  await tx.update(batch).set(counted).where(eq(batch.id, row.batchId))
  return true
}

export const listDoneLines = async (tx: Tx, batchId: string): Promise<number[]> => {
  const rows = await tx.select({ line: batchResult.line }).from(batchResult).where(eq(batchResult.batchId, batchId))
  return rows.map(({ line }) => line)
}

/** Results whose usage may not be in the journal yet. */
export const listUnbooked = async (tx: Tx, batchId: string): Promise<{ id: string; usageLine: string | null }[]> =>
  tx
    .select({ id: batchResult.id, usageLine: batchResult.usageLine })
    .from(batchResult)
    .where(and(eq(batchResult.batchId, batchId), isNotNull(batchResult.usageLine)))

export const markBooked = async (tx: Tx, id: string): Promise<void> => {
  await tx.update(batchResult).set({ usageLine: null }).where(eq(batchResult.id, id))
}

/** In the order of lines. */
export const listResults = (tx: Tx, batchId: string, afterLine: number, limit: number): Promise<ResultRow[]> =>
  tx
    .select()
    .from(batchResult)
    .where(and(eq(batchResult.batchId, batchId), gt(batchResult.line, afterLine)))
    .orderBy(asc(batchResult.line))
    .limit(limit)

export const removeResults = async (tx: Tx, batchId: string): Promise<void> => {
  await tx.delete(batchResult).where(eq(batchResult.batchId, batchId))
}

export interface OpenCount {
  readonly state: BatchState
  readonly count: number
  readonly oldestAt: Date
}

/** How many batches are open in each state, and since when. */
export const countOpen = async (tx: Tx): Promise<OpenCount[]> => {
  const rows = await tx
    .select({ state: batch.state, count: count(), oldestAt: min(batch.at) })
    .from(batch)
    .where(isNull(batch.endedAt))
    .groupBy(batch.state)
  return rows.flatMap(({ oldestAt, ...row }) => (oldestAt === null ? [] : [{ ...row, oldestAt }]))
}

export const isAnyOpen = async (tx: Tx): Promise<boolean> => {
  const [row] = await tx.select({ open: count() }).from(batch).where(isNull(batch.endedAt))
  return (row?.open ?? 0) > 0
}
