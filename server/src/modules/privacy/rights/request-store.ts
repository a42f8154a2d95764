import { and, asc, desc, eq, inArray, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import { type KeptSubject, rightsRequest } from './tables.ts'

export type RequestRow = typeof rightsRequest.$inferSelect

export const insertRequest = async (tx: Tx, row: typeof rightsRequest.$inferInsert): Promise<RequestRow> => {
  const [made] = await tx.insert(rightsRequest).values(row).returning()
  if (made === undefined) throw new Error('a request was not written')
  return made
}

const open = inArray(rightsRequest.state, ['waiting', 'running', 'held'])

/** A person's erasure that is not over, held against change until the transaction ends. */
export const lockOpenErasure = async (tx: Tx, personId: string): Promise<RequestRow | undefined> => {
  const mine = and(eq(rightsRequest.personId, personId), eq(rightsRequest.kind, 'erasure'), open)
  const [row] = await tx.select().from(rightsRequest).where(mine).for('update')
  return row
}

export const lockRequest = async (tx: Tx, id: string): Promise<RequestRow | undefined> => {
  const [row] = await tx.select().from(rightsRequest).where(eq(rightsRequest.id, id)).for('update')
  return row
}

export const findRequest = async (tx: Tx, id: string): Promise<RequestRow | undefined> => {
  const [row] = await tx.select().from(rightsRequest).where(eq(rightsRequest.id, id))
  return row
}

export const findByReceipt = async (tx: Tx, tokenHash: string): Promise<RequestRow | undefined> => {
  const [row] = await tx.select().from(rightsRequest).where(eq(rightsRequest.receiptTokenHash, tokenHash))
  return row
}

export const updateRequest = async (tx: Tx, id: string, changes: Partial<Omit<RequestRow, 'id'>>): Promise<void> => {
  await tx.update(rightsRequest).set(changes).where(eq(rightsRequest.id, id))
}

export const addFigures = async (tx: Tx, id: string, done: { removed: number; emptied: number }): Promise<void> => {
  if (done.removed + done.emptied === 0) return
  const { removed, emptied } = rightsRequest
  const sums = { removed: sql`${removed} + ${done.removed}`, emptied: sql`${emptied} + ${done.emptied}` }
  await tx.update(rightsRequest).set(sums).where(eq(rightsRequest.id, id))
}

/** Erasures that have something to do now, oldest first. */
export const listDueErasures = async (tx: Tx, now: Date): Promise<string[]> => {
  const begins = and(eq(rightsRequest.state, 'waiting'), lte(rightsRequest.startsAt, now))
  const due = and(eq(rightsRequest.kind, 'erasure'), or(begins, inArray(rightsRequest.state, ['running', 'held'])))
  const rows = await tx
    .select({ id: rightsRequest.id })
    .from(rightsRequest)
    .where(due)
    .orderBy(asc(rightsRequest.startsAt))
  return rows.map((row) => row.id)
}

/** Newest first, one more than the limit. */
export const listRequests = (
  tx: Tx,
  page: {
    limit: number
    after: Cursor | undefined
    personId?: string | undefined
    state?: RequestRow['state'] | undefined
  },
): Promise<RequestRow[]> => {
  const conditions: (SQL | undefined)[] = [
    page.personId === undefined ? undefined : eq(rightsRequest.personId, page.personId),
    page.state === undefined ? undefined : eq(rightsRequest.state, page.state),
  ]
  if (page.after !== undefined) {
    const at = new Date(page.after.atMs)
    const tied = and(eq(rightsRequest.askedAt, at), lt(rightsRequest.id, page.after.id))
    conditions.push(or(lt(rightsRequest.askedAt, at), tied))
  }
  return tx
    .select()
    .from(rightsRequest)
    .where(and(...conditions))
    .orderBy(desc(rightsRequest.askedAt), desc(rightsRequest.id))
    .limit(page.limit + 1)
}

export type { KeptSubject }
