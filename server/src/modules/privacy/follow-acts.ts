import type { Clock } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { MarketingGate } from '../../platform/mail/index.ts'
import { createAcceptance, type SettledPolicy } from './versions/index.ts'

/** What follows from each act of a signed-in person: they accept the policy in force, and still care for news. */
export const followActs = ({
  clock,
  settled,
  marketing,
}: {
  clock: Clock
  settled: Pick<SettledPolicy, 'versionId'>
  marketing: Pick<MarketingGate, 'seen'>
}): ((tx: Tx, personId: string) => Promise<void>) => {
  const accepted = createAcceptance(clock, settled.versionId)
  return async (tx, personId) => {
    await accepted(tx, personId)
    await marketing.seen(tx, personId)
  }
}
