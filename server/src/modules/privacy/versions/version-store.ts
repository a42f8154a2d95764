import { desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { notice } from '../notices/tables.ts'
import { policyVersion } from './tables.ts'

export type VersionRow = typeof policyVersion.$inferSelect

/** A version with how far its notice is; null: it has none. */
export interface ToldVersion {
  readonly row: VersionRow
  readonly notice: { readonly told: number; readonly finishedAt: Date | null } | null
}

/** Any constant: whoever changes which version is in force has it alone. */
const lockId = 8_000_413

/** Before which version is in force is read to be changed. */
export const lockVersions = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockId})`)
}

const versions = (tx: Tx) =>
  tx
    .select({ row: policyVersion, told: notice.told, finishedAt: notice.finishedAt })
    .from(policyVersion)
    .leftJoin(notice, eq(notice.id, policyVersion.noticeId))

type Found = Awaited<ReturnType<typeof versions>>[number]
const joined = ({ row, told, finishedAt }: Found): ToldVersion => ({
  row,
  notice: told === null ? null : { told, finishedAt },
})

/** At most one is in force, and at most one waits. */
export const findVersion = async (tx: Tx, state: 'in-force' | 'waiting'): Promise<ToldVersion | null> => {
  const [found] = await versions(tx).where(eq(policyVersion.state, state))
  return found === undefined ? null : joined(found)
}

/** Whether people were told of a period in which nothing changes. */
export const wasPromised = (waiting: ToldVersion | null): boolean =>
  waiting !== null && waiting.row.period !== null && !waiting.row.toNobody

export const findVersionById = async (tx: Tx, id: string): Promise<ToldVersion | null> => {
  const [found] = await versions(tx).where(eq(policyVersion.id, id))
  return found === undefined ? null : joined(found)
}

const versionsShownMax = 200

/** Newest first. */
export const listVersions = async (tx: Tx): Promise<ToldVersion[]> =>
  (await versions(tx).orderBy(desc(policyVersion.publishedAt), desc(policyVersion.id)).limit(versionsShownMax)).map(
    joined,
  )

export const insertVersion = async (tx: Tx, row: typeof policyVersion.$inferInsert): Promise<VersionRow> => {
  const [made] = await tx.insert(policyVersion).values(row).returning()
  if (made === undefined) throw new Error('a version of the policy was not written')
  return made
}

export const updateVersion = async (tx: Tx, id: string, changes: Partial<VersionRow>): Promise<void> => {
  await tx.update(policyVersion).set(changes).where(eq(policyVersion.id, id))
}

/** Time that the clock skipped does not count for the version that waits. @returns whether one waits */
export const skipTime = async (tx: Tx, skippedMs: number): Promise<boolean> => {
  const done = await tx
    .update(policyVersion)
    .set({ skippedMs: sql`${policyVersion.skippedMs} + ${Math.round(skippedMs)}` })
    .where(eq(policyVersion.state, 'waiting'))
  return (done.rowCount ?? 0) > 0
}
