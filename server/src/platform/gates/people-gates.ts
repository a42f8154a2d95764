import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { Vault } from '../vault/index.ts'
import { createDisclosureGate, type DisclosureGate } from './disclosure.ts'
import { createStaffAccessGate, type StaffAccessGate } from './staff-access.ts'
import { createUnwantedContentGate, type UnwantedContentGate } from './unwanted-content.ts'

/** The gates between what is about people and those who are not them. */
export interface PeopleGates {
  readonly staffAccess: StaffAccessGate
  readonly disclosure: DisclosureGate
  readonly unwanted: UnwantedContentGate
}

export const createPeopleGates = (deps: {
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor'>
}): PeopleGates => ({
  staffAccess: createStaffAccessGate(deps),
  disclosure: createDisclosureGate(),
  unwanted: createUnwantedContentGate(deps.policy),
})
