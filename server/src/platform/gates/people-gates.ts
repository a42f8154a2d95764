import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { Vault } from '../vault/index.ts'
import { createDisclosureGate, type DisclosureGate } from './disclosure.ts'
import type { Disclosures } from './disclosures.ts'
import type { PlacementGate } from './placement.ts'
import { createPublicationGate, type PublicationGate } from './publication.ts'
import { createStaffAccessGate, type StaffAccessGate } from './staff-access.ts'
import { createTrainingGate, type TrainingGate } from './training.ts'
import { createUnwantedContentGate, type UnwantedContentGate } from './unwanted-content.ts'

/** The gates between what is about people and those who are not them. */
export interface PeopleGates {
  readonly staffAccess: StaffAccessGate
  readonly disclosure: DisclosureGate
  readonly training: TrainingGate
  readonly publication: PublicationGate
  readonly unwanted: UnwantedContentGate
}

export const createPeopleGates = (deps: {
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor' | 'keyedHash'>
  readonly placement: PlacementGate
  readonly disclosures: Disclosures
  /** Told of each refusal, to record it. */
  readonly refused: (gate: 'staff-access' | 'training' | 'publication', rule: string) => void
}): PeopleGates => ({
  staffAccess: createStaffAccessGate(deps),
  disclosure: createDisclosureGate(),
  training: createTrainingGate(deps),
  publication: createPublicationGate(deps),
  unwanted: createUnwantedContentGate(deps.policy),
})
