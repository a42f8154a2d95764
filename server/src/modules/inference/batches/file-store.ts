import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Rows } from '../../../platform/gates/index.ts'
import { batchFile, batchFilePart } from './tables.ts'

export type FileRow = typeof batchFile.$inferSelect

export const insertFile = async (tx: Tx, row: FileRow): Promise<void> => {
  await tx.insert(batchFile).values(row)
}

export const updateFile = async (tx: Tx, id: string, changes: Partial<FileRow>): Promise<void> => {
  await tx.update(batchFile).set(changes).where(eq(batchFile.id, id))
}

/** A whole file of a project that is not past its time. */
export const findFile = async (tx: Tx, projectId: string, id: string, now: Date): Promise<FileRow | undefined> => {
  const [row] = await tx
    .select()
    .from(batchFile)
    .where(and(eq(batchFile.projectId, projectId), eq(batchFile.id, id), eq(batchFile.isWhole, true)))
  return row?.dueAt !== null && row?.dueAt !== undefined && row.dueAt <= now ? undefined : row
}

export interface FilesWanted {
  readonly projectId: string
  readonly purpose: FileRow['purpose'] | null
  readonly after: string | null
  readonly order: 'asc' | 'desc'
  readonly limit: number
  readonly now: Date
}

/** Ids of later files sort later. One more than the limit. */
export const listFiles = (
  tx: Tx,
  { projectId, purpose, after, order, limit, now }: FilesWanted,
): Promise<FileRow[]> => {
  const isBeyond = order === 'asc' ? gt : lt
  return tx
    .select()
    .from(batchFile)
    .where(
      and(
        eq(batchFile.projectId, projectId),
        eq(batchFile.isWhole, true),
        sql`(${batchFile.dueAt} is null or ${batchFile.dueAt} > ${now.toISOString()}::timestamptz)`,
        purpose === null ? undefined : eq(batchFile.purpose, purpose),
        after === null ? undefined : isBeyond(batchFile.id, after),
      ),
    )
    .orderBy(order === 'asc' ? asc(batchFile.id) : desc(batchFile.id))
    .limit(limit + 1)
}

/** Bytes of all files of a project, also of those that are being written. */
export const countBytes = async (tx: Tx, projectId: string): Promise<number> => {
  const [row] = await tx
    .select({ bytes: sql<string>`coalesce(sum(${batchFile.bytes}), 0)` })
    .from(batchFile)
    .where(eq(batchFile.projectId, projectId))
  return Number(row?.bytes ?? 0)
}

/** The row of one file, for whoever deletes it. */
export const fileOf = (projectId: string, id: string): Rows => ({
  table: 'batch_file',
  where: sql`project_id = ${projectId} and id = ${id}`,
})

/** Removes a file that nobody was told of, such as one that came only in part. */
export const removeFile = async (tx: Tx, projectId: string, id: string): Promise<void> => {
  await tx.delete(batchFile).where(and(eq(batchFile.projectId, projectId), eq(batchFile.id, id)))
}

export const insertPart = async (tx: Tx, row: typeof batchFilePart.$inferInsert): Promise<void> => {
  await tx.insert(batchFilePart).values(row)
}

export const findPart = async (tx: Tx, fileId: string, number: number) => {
  const [row] = await tx
    .select()
    .from(batchFilePart)
    .where(and(eq(batchFilePart.fileId, fileId), eq(batchFilePart.number, number)))
  return row
}
