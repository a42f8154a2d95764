import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { policyAcceptance } from './tables.ts'

/**
 * Records that a person went on to use the service under a version, once for each. It writes in the transaction of the
 * act, and remembers a person only once the row was there before: an act that is rolled back is not lost.
 */
export const createAcceptance = (clock: Clock, versionId: string): ((tx: Tx, personId: string) => Promise<void>) => {
  const recorded = new Set<string>()
  return async (tx, personId) => {
    if (recorded.has(personId)) return
    const made = await tx
      .insert(policyAcceptance)
      .values({ id: newId('acc', clock), personId, versionId, acceptedAt: clock.now() })
      .onConflictDoNothing()
      .returning({ id: policyAcceptance.id })
    if (made.length === 0) recorded.add(personId)
  }
}
