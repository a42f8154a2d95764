import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, MappedColumn, Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { findKept, type KeptRow } from './kept-store.ts'
import { removeBatch } from './remove-bodies.ts'
import type { KeptOperation } from './tables.ts'

/** What one call asked and what it was answered. */
export interface KeptBodies {
  readonly request: string
  readonly response: string | null
}

/** Kept calls as the gateway gives them back to a project's keys. Rejects when the database is not to be had. */
export interface StoredCalls {
  find(call: StoredCall): Promise<KeptBodies | null>
  remove(call: StoredCall): Promise<'removed' | 'held' | 'missing'>
}

export interface StoredCall {
  readonly projectId: string
  readonly id: string
  readonly operation: KeptOperation
}

/** Null when its organisation's key is gone. */
export const openKept = async (vault: Pick<Vault, 'openMany'>, tx: Tx, row: KeptRow): Promise<KeptBodies | null> => {
  const [opened] = await openRows(tx, vault, 'kept_call', [row], ({ id, organisationId, sealedBodies }) => ({
    subject: organisationId,
    row: id,
    fields: { bodies: ['sealed_bodies', sealedBodies] },
  }))
  return opened === undefined ? null : (JSON.parse(opened.plain.bodies) as KeptBodies)
}

export const createStoredCalls = (deps: {
  readonly database: Database
  /** For what a legal hold may cover. */
  readonly lawful: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'openMany'>
  readonly map: readonly MappedColumn[]
  /** Writes what this process has in memory. */
  readonly flush: () => Promise<void>
}): StoredCalls => {
  const { database, lawful, vault, flush } = deps
  const find = async ({ projectId, id, operation }: StoredCall): Promise<KeptRow | null> => {
    await flush()
    const row = await findKept(database.direct, projectId, id)
    return row?.operation === operation ? row : null
  }
  return {
    find: async (call) => {
      const row = await find(call)
      return row === null ? null : openKept(vault, database.direct, row)
    },
    remove: async (call) => {
      if ((await find(call)) === null) return 'missing'
      const { removed } = await removeBatch(deps, lawful.direct, call)
      return removed === 0 ? 'held' : 'removed'
    },
  }
}
