import { and, asc, desc, eq, inArray, lt, lte, notInArray, or, sql } from 'drizzle-orm'
import { backup, type Tx } from '../db/index.ts'

export type BackupRow = typeof backup.$inferSelect

export const insertBackup = async (tx: Tx, id: string, askedAt: Date): Promise<BackupRow> => {
  const [made] = await tx.insert(backup).values({ id, state: 'waiting', askedAt }).returning()
  if (made === undefined) throw new Error('a backup was not written down')
  return made
}

export const updateBackup = async (tx: Tx, id: string, changes: Partial<Omit<BackupRow, 'id'>>): Promise<void> => {
  await tx.update(backup).set(changes).where(eq(backup.id, id))
}

export const findBackup = async (tx: Tx, id: string): Promise<BackupRow | undefined> =>
  (await tx.select().from(backup).where(eq(backup.id, id)))[0]

/** The oldest that is still to be made, also one whose maker was killed. */
export const findWaitingBackup = async (tx: Tx): Promise<BackupRow | undefined> =>
  (
    await tx
      .select()
      .from(backup)
      .where(inArray(backup.state, ['waiting', 'running']))
      .orderBy(asc(backup.askedAt))
      .limit(1)
  )[0]

/** The newest that was made, or is to be made. */
export const findNewestBackup = async (tx: Tx): Promise<BackupRow | undefined> =>
  (await tx.select().from(backup).orderBy(desc(backup.askedAt), desc(backup.id)).limit(1))[0]

/** Newest first, one more than the limit. */
export const listBackupRows = (
  tx: Tx,
  page: { limit: number; after: { atMs: number; id: string } | undefined },
): Promise<BackupRow[]> => {
  const at = new Date(page.after?.atMs ?? 0)
  const older = or(lt(backup.askedAt, at), and(eq(backup.askedAt, at), lt(backup.id, page.after?.id ?? '')))
  return tx
    .select()
    .from(backup)
    .where(page.after === undefined ? undefined : older)
    .orderBy(desc(backup.askedAt), desc(backup.id))
    .limit(page.limit + 1)
}

/** Those whose time is over and whose file is gone. @returns how many */
export const markExpired = async (tx: Tx, files: readonly string[], now: Date): Promise<number> => {
  const isGone = and(eq(backup.state, 'kept'), lte(backup.expiresAt, now), notInArray(backup.file, [...files, '']))
  return (await tx.update(backup).set({ state: 'expired' }).where(isGone).returning({ id: backup.id })).length
}

/** When an erasure was begun, or a hold placed or released: what a restore must know at once. Null: never. */
export const findLastAct = async (tx: Tx): Promise<Date | null> => {
  const { rows } = await tx.execute<{ at: Date | string | null }>(
    sql`select greatest((select max(at) from erasure_ledger), (select max(placed_at) from legal_hold), (select max(ended_at) from legal_hold where released_by is not null)) as at`,
  )
  return rows[0]?.at == null ? null : new Date(rows[0].at)
}
