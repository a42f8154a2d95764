import { and, asc, eq, gt, inArray, lt, or } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { dataExport, exportPart, rightsRequest } from './tables.ts'

export type ExportRow = typeof dataExport.$inferSelect

/** A copy that is asked for and not made yet. */
const isOpen = and(eq(rightsRequest.kind, 'export'), inArray(rightsRequest.state, ['waiting', 'running']))

/** In the order in which they were asked for. */
export const listOpenExports = async (tx: Tx): Promise<string[]> => {
  const rows = await tx
    .select({ id: rightsRequest.id })
    .from(rightsRequest)
    .where(isOpen)
    .orderBy(asc(rightsRequest.askedAt), asc(rightsRequest.id))
  return rows.map(({ id }) => id)
}

/** How many are made before this one. */
export const countAhead = (tx: Tx, { id, askedAt }: { id: string; askedAt: Date }): Promise<number> => {
  const tied = and(eq(rightsRequest.askedAt, askedAt), lt(rightsRequest.id, id))
  return tx.$count(rightsRequest, and(isOpen, or(lt(rightsRequest.askedAt, askedAt), tied)))
}

/** The id of a person's request for a copy that is not made yet, held against change until the transaction ends. */
export const lockOpenExport = async (tx: Tx, personId: string): Promise<string | undefined> => {
  const mine = and(eq(rightsRequest.personId, personId), isOpen)
  const [row] = await tx.select({ id: rightsRequest.id }).from(rightsRequest).where(mine).for('update')
  return row?.id
}

export const countAskedSince = (tx: Tx, personId: string, since: Date): Promise<number> => {
  const theirs = and(eq(rightsRequest.personId, personId), eq(rightsRequest.kind, 'export'))
  return tx.$count(rightsRequest, and(theirs, gt(rightsRequest.askedAt, since)))
}

/** A person's one copy. */
export const findExportOf = async (tx: Tx, personId: string): Promise<ExportRow | undefined> => {
  const [row] = await tx.select().from(dataExport).where(eq(dataExport.personId, personId))
  return row
}

export const findExport = async (tx: Tx, id: string): Promise<ExportRow | undefined> => {
  const [row] = await tx.select().from(dataExport).where(eq(dataExport.id, id))
  return row
}

/** @returns undefined where the person has one already */
export const insertExport = async (
  tx: Tx,
  row: Pick<ExportRow, 'id' | 'personId' | 'begunAt'>,
): Promise<ExportRow | undefined> => {
  const [made] = await tx.insert(dataExport).values(row).onConflictDoNothing().returning()
  return made
}

export const updateExport = async (tx: Tx, id: string, changes: Partial<Omit<ExportRow, 'id'>>): Promise<void> => {
  await tx.update(dataExport).set(changes).where(eq(dataExport.id, id))
}

/** With all its parts. */
export const deleteExport = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(dataExport).where(eq(dataExport.id, id))
}

export const insertPart = async (tx: Tx, row: typeof exportPart.$inferInsert): Promise<void> => {
  await tx.insert(exportPart).values(row)
}

export const findPart = async (
  tx: Tx,
  exportId: string,
  number: number,
): Promise<typeof exportPart.$inferSelect | undefined> => {
  const [row] = await tx
    .select()
    .from(exportPart)
    .where(and(eq(exportPart.exportId, exportId), eq(exportPart.number, number)))
  return row
}
