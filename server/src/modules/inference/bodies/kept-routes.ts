import { type bodyHead, contract } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { requestIdOf } from '../responses/response-object.ts'
import { countKept, findKept, type KeptHead, listKept } from './kept-store.ts'
import { removeBatch } from './remove-bodies.ts'
import { openKept } from './stored-calls.ts'

export interface KeptRouteDeps {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'openMany'>
  readonly map: readonly MappedColumn[]
  /** Writes what this process has in memory. */
  readonly flush: () => Promise<void>
}

const viewHead = (row: KeptHead): z.input<typeof bodyHead> => ({ ...row, at: row.at.toISOString() })

/** A response of the Responses API has the tail of its request's id. */
const callIdOf = (bodyId: string): string => requestIdOf(bodyId) ?? bodyId

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

/** What a project kept: for its own people, and for nobody else. */
export const keptRoutes = (deps: KeptRouteDeps): Route[] => [
  route(
    contract.bodies.list,
    async ({ tx, params, query }) => {
      await deps.flush()
      const { since, until, keyId, model, operation, status, outcome, limit, cursor } = query
      const filters = { since: dateOf(since), until: dateOf(until), keyId, model, operation, status, outcome }
      const rows = await listKept(tx, { ...params, ...filters, limit, after: decodeCursor(cursor) })
      return toPage(rows, limit, (row) => ({ atMs: row.at.getTime(), id: row.id }), viewHead)
    },
    'handler',
  ),
  route(contract.bodies.get, async ({ tx, params }) => {
    const row = await findKept(tx, params.projectId, callIdOf(params.bodyId))
    const bodies = row === undefined ? null : await openKept(deps.vault, tx, row)
    if (row === undefined || bodies === null) throw new Refusal('not_found')
    const { sealedBodies: _sealed, organisationId: _organisation, dueAt: _due, ...head } = row
    return { ...viewHead(head), ...bodies }
  }),
  route(
    contract.bodies.remove,
    async ({ tx, params: { projectId, bodyId } }) => {
      const id = callIdOf(bodyId)
      if ((await findKept(tx, projectId, id)) === undefined) throw new Refusal('not_found')
      const { removed } = await removeBatch(deps, tx, { projectId, id })
      if (removed === 0) throw new Refusal('conflict', 'A legal hold covers this. It stays until the hold ends.')
    },
    'handler',
  ),
  route(
    contract.bodies.removeAll,
    async ({ tx, params }) => {
      await deps.flush()
      let removed = 0
      for (let done = false; !done; ) {
        const batch = await removeBatch(deps, tx, params)
        removed += batch.removed
        done = batch.done
      }
      return { removed, held: await countKept(tx, params.projectId) }
    },
    'handler',
  ),
]
