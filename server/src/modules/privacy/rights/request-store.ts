import { and, asc, desc, eq, inArray, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
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

/**
 * Closes what a person asked for besides their erasure and nobody answered: they can read no answer any more.
 * @returns how many
 */
export const closeUnanswered = async (tx: Tx, personId: string, now: Date): Promise<number> => {
  const theirs = and(eq(rightsRequest.personId, personId), ne(rightsRequest.kind, 'erasure'))
  const done = await tx
    .update(rightsRequest)
    .set({ state: 'cancelled', finishedAt: now, closedBecause: 'person-erased' })
    .where(and(theirs, inArray(rightsRequest.state, ['waiting', 'running'])))
  return done.rowCount ?? 0
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

/** What officers may ask for among all requests. */
interface RequestsWanted {
  readonly limit: number
  readonly after: Cursor | undefined
  readonly personId?: string | undefined
  readonly state?: RequestRow['state'] | undefined
  readonly kind?: RequestRow['kind'] | undefined
  readonly isOpen?: boolean
  readonly dueBefore?: Date | undefined
}

const equals = <C extends PgColumn>(column: C, value: string | undefined): SQL | undefined =>
  value === undefined ? undefined : eq(column, value)

/** Whose erasure has begun and goes on by itself. */
export const findErasuresUnderWay = async (
  tx: Tx,
): Promise<{ people: ReadonlySet<string>; organisations: ReadonlySet<string> }> => {
  const begun = and(eq(rightsRequest.kind, 'erasure'), inArray(rightsRequest.state, ['running', 'held']))
  const rows = await tx.select().from(rightsRequest).where(begun)
  return {
    people: new Set(rows.flatMap(({ personId }) => personId ?? [])),
    organisations: new Set(rows.flatMap(({ subject }) => subject?.organisationIds ?? [])),
  }
}

/** Newest first, one more than the limit. */
export const listRequests = (tx: Tx, page: RequestsWanted): Promise<RequestRow[]> => {
  const conditions: (SQL | undefined)[] = [
    equals(rightsRequest.personId, page.personId),
    equals(rightsRequest.state, page.state),
    equals(rightsRequest.kind, page.kind),
    page.isOpen === true ? open : undefined,
    page.dueBefore === undefined ? undefined : lt(rightsRequest.dueAt, page.dueBefore),
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

export const countOpen = (tx: Tx, personId: string): Promise<number> =>
  tx.$count(rightsRequest, and(eq(rightsRequest.personId, personId), open))

export type { KeptSubject }
