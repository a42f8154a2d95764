import { and, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import { notice, noticeRecipient } from './tables.ts'

export type NoticeRow = typeof notice.$inferSelect
export type RecipientRow = typeof noticeRecipient.$inferSelect

export const findNotice = async (tx: Tx, id: string): Promise<NoticeRow | undefined> => {
  const [row] = await tx.select().from(notice).where(eq(notice.id, id))
  return row
}

/** Two runs of one delivery come one after the other. */
export const lockNotice = async (tx: Tx, id: string): Promise<NoticeRow | undefined> => {
  const [row] = await tx.select().from(notice).where(eq(notice.id, id)).for('update')
  return row
}

interface Page {
  readonly limit: number
  readonly after: Cursor | undefined
}

/** Newest first. */
export const listNotices = async (tx: Tx, { limit, after }: Page): Promise<NoticeRow[]> => {
  const at = new Date(after?.atMs ?? 0)
  const older = or(lt(notice.createdAt, at), and(eq(notice.createdAt, at), lt(notice.id, after?.id ?? '')))
  return tx
    .select()
    .from(notice)
    .where(after === undefined ? undefined : older)
    .orderBy(desc(notice.createdAt), desc(notice.id))
    .limit(limit + 1)
}

/** Of these people, those whom the notice has not reached. */
export const notReached = async (tx: Tx, noticeId: string, personIds: readonly string[]): Promise<string[]> => {
  const rows = await tx
    .select({ personId: noticeRecipient.personId })
    .from(noticeRecipient)
    .where(and(eq(noticeRecipient.noticeId, noticeId), inArray(noticeRecipient.personId, [...personIds])))
  const reached = new Set(rows.map(({ personId }) => personId))
  return personIds.filter((id) => !reached.has(id))
}

export const insertRecipients = async (tx: Tx, rows: readonly RecipientRow[]): Promise<void> => {
  if (rows.length > 0) await tx.insert(noticeRecipient).values([...rows])
}

export const countReached = async (
  tx: Tx,
  id: string,
  { told, refused }: { told: number; refused: number },
): Promise<void> => {
  await tx
    .update(notice)
    .set({ told: sql`${notice.told} + ${told}`, refused: sql`${notice.refused} + ${refused}` })
    .where(eq(notice.id, id))
}

/** Notices of which some account may not have been told yet, oldest first. */
export const findUnfinished = async (tx: Tx): Promise<string[]> => {
  const rows = await tx
    .select({ id: notice.id })
    .from(notice)
    .where(isNull(notice.finishedAt))
    .orderBy(notice.createdAt)
  return rows.map(({ id }) => id)
}

/** @returns false when it was finished before */
export const finishNotice = async (tx: Tx, id: string, now: Date): Promise<boolean> => {
  const done = await tx
    .update(notice)
    .set({ finishedAt: now })
    .where(and(eq(notice.id, id), isNull(notice.finishedAt)))
  return (done.rowCount ?? 0) > 0
}

/** What a person was told, newest first. */
export const listNoticesOf = async (
  tx: Tx,
  personId: string,
  { limit, after }: Page,
): Promise<{ notice: NoticeRow; recipient: RecipientRow }[]> => {
  const at = new Date(after?.atMs ?? 0)
  const { toldAt, id } = noticeRecipient
  const older = or(lt(toldAt, at), and(eq(toldAt, at), lt(id, after?.id ?? '')))
  return tx
    .select({ notice, recipient: noticeRecipient })
    .from(noticeRecipient)
    .innerJoin(notice, eq(notice.id, noticeRecipient.noticeId))
    .where(
      and(
        eq(noticeRecipient.personId, personId),
        eq(noticeRecipient.outcome, 'told'),
        after === undefined ? undefined : older,
      ),
    )
    .orderBy(desc(toldAt), desc(id))
    .limit(limit + 1)
}

/** @returns what was told; undefined when the person was told no such thing */
export const dismissNotice = async (
  tx: Tx,
  of: { personId: string; noticeId: string },
  now: Date,
): Promise<{ notice: NoticeRow; recipient: RecipientRow } | undefined> => {
  const [recipient] = await tx
    .update(noticeRecipient)
    .set({ dismissedAt: sql`coalesce(${noticeRecipient.dismissedAt}, ${now.toISOString()}::timestamptz)` })
    .where(
      and(
        eq(noticeRecipient.noticeId, of.noticeId),
        eq(noticeRecipient.personId, of.personId),
        eq(noticeRecipient.outcome, 'told'),
      ),
    )
    .returning()
  const found = recipient === undefined ? undefined : await findNotice(tx, recipient.noticeId)
  return recipient === undefined || found === undefined ? undefined : { notice: found, recipient }
}
