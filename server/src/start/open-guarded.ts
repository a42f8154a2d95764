import { type PolicyText, readKept, type SettledPolicy } from '../modules/privacy/index.ts'
import { noReadings, type OpenDatabase, withReadings } from '../platform/db/index.ts'
import { recordDecision } from '../platform/evidence/index.ts'
import { createPurposeGate, type PurposeGate } from '../platform/gates/index.ts'
import type { Vault } from '../platform/vault/index.ts'
import { choosePolicy } from './choose-policy.ts'
import { DatabaseNotReady, findPolicyInForce, openStorage, type StorageDeps } from './open-storage.ts'

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
  const gate = createPurposeGate({ policy: policyFile.policy, map, onRefused: () => undefined })
  const before = withReadings(opened, gate).duty('settle')
  const settled = await choosePolicy({ database: before, clock, map }, policyFile, say)
  return { vault, ...behindGate(deps, opened, settled) }
}

/**
 * The same beside the main process, which decides what runs: nothing is migrated, no key is made, no policy chosen.
 * @throws DatabaseNotReady when the main process of this version was not started yet
 */
export const openBeside = async (deps: Omit<StorageDeps, 'readings' | 'follows'>): Promise<Guarded> => {
  const { database: opened, vault } = await openStorage({ ...deps, readings: noReadings, follows: true })
  try {
    return { vault, ...behindGate(deps, opened, await readSettled(opened)) }
  } catch (error) {
    await vault.close()
    await opened.close()
    throw error
  }
}

const readSettled = async (opened: OpenDatabase): Promise<SettledPolicy> => {
  const found = await findPolicyInForce(opened)
  const policy = found === null ? null : readKept(found.source)
  if (found === null || policy === null)
    throw new DatabaseNotReady(
      found === null
        ? 'no policy is in force yet. Start the main process first'
        : 'this version does not read the policy that is in force. Start the version of the main process',
    )
  const file = { state: 'in-force', version: policy.version, hash: policy.hash } as const
  return { policy, versionId: found.id, file, says: [] }
}

const behindGate = (
  { clock, map }: Pick<StorageDeps, 'clock' | 'map'>,
  opened: OpenDatabase,
  settled: SettledPolicy,
): Omit<Guarded, 'vault'> => {
  const onRefused = (rule: string): void => {
    const tx = withReadings(opened, purpose).for('legal').direct
    void recordDecision(tx, clock, { gate: 'purpose', decision: 'refused', rule }).catch(() => undefined)
  }
  const purpose: PurposeGate = createPurposeGate({ policy: settled.policy, map, onRefused })
  return { database: { ...opened, ...withReadings(opened, purpose) }, settled, purpose }
}
