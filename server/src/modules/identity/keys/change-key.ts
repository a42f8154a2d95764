import type { keyEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { type Identity, second } from '../identity.ts'
import { issueKey } from './issue-key.ts'
import { parseExpiry, stateOf, viewKey } from './key.ts'
import { type KeyRow, lockKey, updateKey } from './key-store.ts'
import { requireKnownModels } from './require-known-models.ts'

type Changes = Partial<Omit<KeyRow, 'id' | 'projectId' | 'organisationId' | 'endedAt'>>

/** A key that still works, locked. @throws Refusal not_found, conflict */
const requireWorkingKey = async (
  { vault, clock }: Pick<Identity, 'vault' | 'clock'>,
  tx: Tx,
  params: { projectId: string; keyId: string },
): Promise<KeyRow> => {
  const now = clock.now()
  const row = await lockKey(tx, vault, params.projectId, params.keyId)
  if (row === undefined) throw new Refusal('not_found')
  const state = stateOf(row, now)
  if (state === 'revoked' || state === 'expired')
    throw new Refusal('conflict', `The key is ${state} and cannot be changed any more.`)
  return row
}

export const changeKey =
  (identity: Identity): Handler<typeof keyEndpoints.update> =>
  async ({ tx, params, body }) => {
    const now = identity.clock.now()
    const row = await requireWorkingKey(identity, tx, params)
    const { name, allowedModels, requestsPerMinute, tokensPerMinute, concurrentRequests, expiresAt } = body
    const changes: Changes = {
      ...(name === undefined ? {} : { name }),
      ...(allowedModels === undefined
        ? {}
        : { allowedModels: await requireKnownModels(identity, tx, row.projectId, allowedModels, row.allowedModels) }),
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
      ...(concurrentRequests === undefined ? {} : { concurrentRequests }),
      ...(expiresAt === undefined ? {} : { expiresAt: parseExpiry(expiresAt, now) }),
    }
    if (row.replacedBy !== null && expiresAt !== undefined) {
      throw new Refusal('conflict', 'The key was rotated and ends at its time. Revoke it to end it now.')
    }
    await updateKey(tx, identity.vault, row, changes)
    return viewKey({ ...row, ...changes }, now)
  }

/** Replaces a key by a new one with the same limits; the old one works on for the overlap, never beyond its own end. */
export const rotateKey =
  (identity: Identity): Handler<typeof keyEndpoints.rotate> =>
  async ({ tx, caller, params, body }) => {
    const now = identity.clock.now()
    const old = await requireWorkingKey(identity, tx, params)
    if (old.replacedBy !== null) throw new Refusal('conflict', 'The key was rotated already. Rotate its replacement.')
    if (old.kind === 'playground')
      throw new Refusal('conflict', 'A playground key is not rotated; the console makes a new one.')
    const { projectId, kind, name, allowedModels, expiresAt } = old
    const { requestsPerMinute, tokensPerMinute, concurrentRequests } = old
    const limits = { allowedModels, requestsPerMinute, tokensPerMinute, concurrentRequests, expiresAt }
    const wanted = { projectId, kind, name, ...limits, createdBy: caller.personId }
    const { row, secret } = await issueKey(identity, tx, wanted)
    const overlapEnd = new Date(now.getTime() + body.overlapSeconds * second)
    const oldEnd = expiresAt !== null && expiresAt < overlapEnd ? expiresAt : overlapEnd
    await updateKey(tx, identity.vault, old, { replacedBy: row.id, expiresAt: oldEnd })
    return { ...viewKey(row, now), secret }
  }

/** Revoking twice is fine: the key is revoked. */
export const revokeKey =
  ({ clock, vault }: Identity): Handler<typeof keyEndpoints.revoke> =>
  async ({ tx, params }) => {
    const row = await lockKey(tx, vault, params.projectId, params.keyId)
    if (row === undefined) throw new Refusal('not_found')
    if (row.revokedAt === null) await updateKey(tx, vault, row, { revokedAt: clock.now() })
  }
