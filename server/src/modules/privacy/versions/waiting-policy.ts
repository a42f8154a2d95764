import type { CompiledPolicy } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { readKept } from './policy-text.ts'
import { findVersion } from './version-store.ts'

/** The policy that was announced and is not in force yet; null when there is none. */
export const findWaitingPolicy = async (tx: Tx): Promise<CompiledPolicy | null> => {
  const waiting = await findVersion(tx, 'waiting')
  return waiting === null ? null : readKept(waiting.row.source)
}
