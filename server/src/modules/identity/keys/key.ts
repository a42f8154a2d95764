import type { keyView } from '@avow/contract'
import type { z } from 'zod'
import { Refusal } from '../../../platform/http/index.ts'
import type { KeyRow } from './key-store.ts'

export type KeyState = 'active' | 'rotating' | 'revoked' | 'expired'

export const stateOf = (row: Pick<KeyRow, 'revokedAt' | 'expiresAt' | 'replacedBy'>, now: Date): KeyState => {
  if (row.revokedAt !== null) return 'revoked'
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired'
  return row.replacedBy === null ? 'active' : 'rotating'
}

export const viewKey = (row: Omit<KeyRow, 'endedAt'>, now: Date): z.input<typeof keyView> => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  kind: row.kind,
  prefix: row.prefix,
  state: stateOf(row, now),
  allowedModels: row.allowedModels,
  requestsPerMinute: row.requestsPerMinute,
  tokensPerMinute: row.tokensPerMinute,
  concurrentRequests: row.concurrentRequests,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  replacedBy: row.replacedBy,
})

/** @throws Refusal invalid_request for an end that is not in the future */
export const parseExpiry = (text: string | null, now: Date): Date | null => {
  if (text === null) return null
  const at = new Date(text)
  if (at > now) return at
  const fields = [{ path: 'expiresAt', message: 'must be in the future' }]
  throw new Refusal('invalid_request', 'expiresAt: must be in the future. Nothing was changed.', { fields })
}
