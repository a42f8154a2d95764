import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Limits } from '../gateway/call-limits.ts'
import { type CallLimitRow, callLimit } from './tables.ts'

/** Limits of an organisation and its projects, the widest first. */
export const listOwnLimits = (tx: Tx, organisationId: string): Promise<CallLimitRow[]> =>
  tx
    .select()
    .from(callLimit)
    .where(eq(callLimit.organisationId, organisationId))
    .orderBy(sql`${callLimit.projectId} nulls first`)

/** Everybody's, for a gateway's memory. */
export const listLimits = (tx: Tx) =>
  tx
    .select({
      coveredId: callLimit.coveredId,
      requestsPerMinute: callLimit.requestsPerMinute,
      tokensPerMinute: callLimit.tokensPerMinute,
      concurrentRequests: callLimit.concurrentRequests,
    })
    .from(callLimit)

type LimitsWanted = { readonly [Limit in keyof Limits]?: Limits[Limit] | undefined }

/** Changes what is given of limits that may not be there yet. */
export const saveLimits = async (
  tx: Tx,
  row: Omit<CallLimitRow, keyof Limits> & LimitsWanted,
): Promise<CallLimitRow> => {
  const { coveredId: _id, organisationId: _own, projectId: _project, ...changes } = row
  const [saved] = await tx
    .insert(callLimit)
    .values(row)
    .onConflictDoUpdate({ target: callLimit.coveredId, set: changes })
    .returning()
  if (saved === undefined) throw new Error('limits were not saved')
  return saved
}

export const removeLimits = async (tx: Tx, coveredId: string): Promise<void> => {
  await tx.delete(callLimit).where(eq(callLimit.coveredId, coveredId))
}
