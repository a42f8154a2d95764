import type { CompiledPolicy } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { findPlan, type PurposeGate } from '../../../platform/gates/index.ts'
import { deny } from './refusals.ts'

export interface BatchRules {
  readonly policy: Pick<CompiledPolicy, 'retention' | 'categories'>
  readonly purposeGate: Pick<PurposeGate, 'allows'>
}

/** Why nobody may have files and batches here; null when projects may. */
export const refusalOfBatches = ({ policy, purposeGate }: BatchRules): string | null => {
  if (!policy.categories.has('content.batch'))
    return 'The policy keeps no files for batches (categories.content.batch).'
  if (!purposeGate.allows('provide', 'content.batch'))
    return 'The policy does not let files for batches be used to provide the service (categories.content.batch).'
  return policy.retention('inference.batch') === null
    ? 'The policy gives files of batches no period (retention.inference.batch).'
    : null
}

/** @throws ApiRefusal when the organisation's deployment plan lets no content of its calls be kept */
export const requireKeeping = async (tx: Tx, organisationId: string): Promise<void> => {
  const plan = await findPlan(tx, organisationId)
  if (plan?.bodies === 'never')
    throw deny.policy('The deployment plan of your organisation lets no prompts and outputs be kept (bodies: never).')
}
