import { gatewayErrors } from '@avow/contract'
import type { UsageEvent } from '../../billing/index.ts'

/**
 * Of what a call failed, in words of a fixed list: codes of the model's servers are theirs to invent, and would be labels
 * without end. Null: it was answered in full.
 */
export const errorKindOf = ({ outcome }: Pick<UsageEvent, 'outcome'>, fault: string | null): string | null => {
  if (outcome === 'completed') return null
  if (outcome === 'client_gone') return outcome
  return fault !== null && Object.hasOwn(gatewayErrors, fault) ? fault : outcome
}
