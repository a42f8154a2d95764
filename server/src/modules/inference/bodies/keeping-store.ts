import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { bodyKeeping, keptCall } from './tables.ts'

export type KeepingRow = typeof bodyKeeping.$inferSelect

export const findKeeping = async (tx: Tx, projectId: string): Promise<KeepingRow | undefined> => {
  const [row] = await tx.select().from(bodyKeeping).where(eq(bodyKeeping.projectId, projectId))
  return row
}

export const saveKeeping = async (tx: Tx, row: KeepingRow): Promise<void> => {
  const { projectId: _id, ...changes } = row
  await tx.insert(bodyKeeping).values(row).onConflictDoUpdate({ target: bodyKeeping.projectId, set: changes })
}

/** What every project said, for a gateway's memory. */
export const listKeepings = (tx: Tx) =>
  tx
    .select({
      projectId: bodyKeeping.projectId,
      organisationId: bodyKeeping.organisationId,
      keep: bodyKeeping.keep,
      period: bodyKeeping.period,
    })
    .from(bodyKeeping)

/** Has what a project kept before end no later than a period after it was kept. */
export const shortenKept = async (tx: Tx, projectId: string, period: string): Promise<void> => {
  const due = sql`(${keptCall.at} at time zone 'UTC' + ${period}::interval) at time zone 'UTC'`
  await tx
    .update(keptCall)
    .set({ dueAt: sql`least(${keptCall.dueAt}, ${due})` })
    .where(eq(keptCall.projectId, projectId))
}
