import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Standing } from '../../platform/gates/index.ts'
import type { RequestFacts } from '../../platform/http/index.ts'
import type { MarketingGate } from '../../platform/mail/index.ts'
import { createSignals } from './choices/index.ts'
import { createAcceptance, type SettledPolicy } from './versions/index.ts'

/** What follows from each act of a signed-in person: they accept the policy in force, still care for news, and their browser may refuse for them. */
export const followActs = ({
  clock,
  settled,
  marketing,
  policy,
  gates,
}: {
  clock: Clock
  settled: Pick<SettledPolicy, 'versionId'>
  marketing: Pick<MarketingGate, 'seen'>
  policy: CompiledPolicy
  gates: { readonly standing: Standing }
}): ((tx: Tx, personId: string, headers: RequestFacts['headers']) => Promise<void>) => {
  const accepted = createAcceptance(clock, settled.versionId)
  const signalled = createSignals(policy, gates.standing)
  return async (tx, personId, headers) => {
    await accepted(tx, personId)
    await marketing.seen(tx, personId)
    await signalled(tx, personId, headers)
  }
}
