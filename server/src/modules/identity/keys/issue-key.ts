import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Identity } from '../identity.ts'
import { organisationOf } from '../projects/project-store.ts'
import { displayPrefix, newKeySecret } from '../secrets.ts'
import { insertKey, type KeyRow } from './key-store.ts'

export type KeyWanted = Pick<
  KeyRow,
  | 'projectId'
  | 'kind'
  | 'name'
  | 'allowedModels'
  | 'requestsPerMinute'
  | 'tokensPerMinute'
  | 'concurrentRequests'
  | 'createdBy'
  | 'expiresAt'
>

/** The keyed hash under which a secret is stored and looked up. */
export const hashKeySecret = (vault: Identity['vault'], secret: string): string => vault.keyedHash('api-key', secret)

/** Makes a key. Its secret is in the answer and nowhere else. */
export const issueKey = async (
  { vault, clock }: Pick<Identity, 'vault' | 'clock'>,
  tx: Tx,
  wanted: KeyWanted,
): Promise<{ row: Omit<KeyRow, 'endedAt'>; secret: string }> => {
  const secret = newKeySecret()
  const row = {
    ...wanted,
    organisationId: await organisationOf(tx, wanted.projectId),
    id: newId('key', clock),
    prefix: displayPrefix(secret),
    secretHash: hashKeySecret(vault, secret),
    createdAt: clock.now(),
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
  }
  await insertKey(tx, vault, row)
  return { row, secret }
}
