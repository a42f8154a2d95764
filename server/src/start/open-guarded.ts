import type { CompiledPolicy } from '@avow/policy'
import type { PolicyText, SettledPolicy } from '../modules/privacy/index.ts'
import { noReadings, type OpenDatabase, withReadings } from '../platform/db/index.ts'
import { recordDecision } from '../platform/evidence/index.ts'
import { createPurposeGate, type PurposeGate } from '../platform/gates/index.ts'
import type { Vault } from '../platform/vault/index.ts'
import { choosePolicy } from './choose-policy.ts'
import { openStorage, type StorageDeps } from './open-storage.ts'

export interface GuardedDeps extends Omit<StorageDeps, 'readings'> {
  readonly policyFile: PolicyText
  readonly say: (line: string) => void
}

/** The database and the vault behind the purpose gate of the policy that runs. */
export interface Guarded {
  readonly database: OpenDatabase
  readonly vault: Vault
  readonly settled: SettledPolicy
  readonly purpose: PurposeGate
}

/**
 * Opens the storage, finds out which policy runs, and puts its purpose gate in front. The gate records what it refuses.
 * @throws CatalogueError when the database and the data map differ
 */
export const openGuarded = async (deps: GuardedDeps): Promise<Guarded> => {
  const { clock, map, policyFile, say } = deps
  const { database: opened, vault } = await openStorage({ ...deps, readings: noReadings })
  const gateOf = (policy: CompiledPolicy, onRefused: (rule: string) => void): PurposeGate =>
    createPurposeGate({ policy, map, onRefused })
  const before = withReadings(
    opened,
    gateOf(policyFile.policy, () => undefined),
  ).duty('settle')
  const settled = await choosePolicy({ database: before, clock, map }, policyFile, say)
  const purpose: PurposeGate = gateOf(settled.policy, (rule) => {
    const tx = withReadings(opened, purpose).for('legal').direct
    void recordDecision(tx, clock, { gate: 'purpose', decision: 'refused', rule }).catch(() => undefined)
  })
  return { database: { ...opened, ...withReadings(opened, purpose) }, vault, settled, purpose }
}
