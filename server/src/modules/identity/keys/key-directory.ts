import type { Database, Listening } from '../../../platform/db/index.ts'
import type { LastUse } from '../batch-last-use.ts'
import type { IdentityDeps } from '../identity.ts'
import { hashKeySecret } from './issue-key.ts'
import { findKeyByHash, findKeyById } from './key-store.ts'

/** What a gateway must know of a key. Times in ms since 1970, limits per minute and at once, null: none of its own. */
export interface KeyRecord {
  keyId: string
  projectId: string
  organisationId: string
  state: 'active' | 'revoked'
  expiresAtMs: number | null
  allowedModels: ReadonlySet<string> | null
  requestsPerMinute: number | null
  tokensPerMinute: number | null
  concurrentRequests: number | null
}

/** Keys for gateways, which cache what they find. */
export interface KeyDirectory {
  /** Looks a secret up in the database; null when there is no such key. */
  find(secret: string): Promise<KeyRecord | null>
  /** The same by a key's id, for work that a key began earlier. */
  findById(keyId: string): Promise<KeyRecord | null>
  /** Keyed hash of a secret: the cache's key, so that no cache holds secrets. */
  hash(secret: string): string
  /** Tells of every change of a key, by id; null: changes may have been missed, drop everything. */
  onChange(listener: (keyId: string | null) => void): () => void
  /** Notes a use; written in batches. */
  touched(keyId: string, atMs: number): void
  close(): Promise<void>
}

const recordOf = (row: Awaited<ReturnType<typeof findKeyByHash>>): KeyRecord | null =>
  row === undefined
    ? null
    : {
        keyId: row.id,
        projectId: row.projectId,
        organisationId: row.organisationId,
        state: row.revokedAt === null ? 'active' : 'revoked',
        expiresAtMs: row.expiresAt?.getTime() ?? null,
        allowedModels: row.allowedModels === null ? null : new Set(row.allowedModels),
        requestsPerMinute: row.requestsPerMinute,
        tokensPerMinute: row.tokensPerMinute,
        concurrentRequests: row.concurrentRequests,
      }

export const createKeyDirectory = (deps: {
  database: Database
  vault: IdentityDeps['vault']
  changes: Listening
  lastUse: LastUse
}): KeyDirectory => ({
  find: async (secret) => recordOf(await findKeyByHash(deps.database.direct, hashKeySecret(deps.vault, secret))),
  findById: async (keyId) => recordOf(await findKeyById(deps.database.direct, keyId)),
  hash: (secret) => hashKeySecret(deps.vault, secret),
  onChange: deps.changes.onChange,
  touched: deps.lastUse.touched,
  close: async () => {
    await deps.changes.close()
    await deps.lastUse.close()
  },
})
