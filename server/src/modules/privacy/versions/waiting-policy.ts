import type { CompiledPolicy } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { readKept } from './policy-text.ts'
import { findVersion, listVersions } from './version-store.ts'

/** The policy that was announced and is not in force yet; null when there is none. */
export const findWaitingPolicy = async (tx: Tx): Promise<CompiledPolicy | null> => {
  const waiting = await findVersion(tx, 'waiting')
  return waiting === null ? null : readKept(waiting.row.source)
}

/** Every version that was in force here, newest first. */
export const findPastVersions = async (
  tx: Tx,
): Promise<{ id: string; policy: CompiledPolicy; inForceAt: Date; endedAt: Date | null }[]> =>
  (await listVersions(tx)).flatMap(({ row: { id, source, inForceAt, endedAt } }) => {
    const policy = inForceAt === null ? null : readKept(source)
    return inForceAt === null || policy === null ? [] : [{ id, policy, inForceAt, endedAt }]
  })
