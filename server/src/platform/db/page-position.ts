import { and, eq, gt, lt, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** The last row of the page before: its sort time (ms) and id. */
interface Position {
  readonly atMs: number
  readonly id: string
}

/** Rows after the cursor in a list that begins with the newest. */
export const olderThan = (at: PgColumn, id: PgColumn, after: Position | undefined): SQL | undefined => {
  if (after === undefined) return undefined
  const time = new Date(after.atMs)
  return or(lt(at, time), and(eq(at, time), lt(id, after.id)))
}

/** Rows after the cursor in a list that begins with the oldest. */
export const newerThan = (at: PgColumn, id: PgColumn, after: Position | undefined): SQL | undefined => {
  if (after === undefined) return undefined
  const time = new Date(after.atMs)
  return or(gt(at, time), and(eq(at, time), gt(id, after.id)))
}
