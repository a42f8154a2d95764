import { type bodyHead, contract } from '@avow/contract'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { createHolds, lockHoldsShared } from '../../../platform/gates/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { countKept, findKept, type KeptHead, type KeptRow, listKept, removeKept } from './kept-store.ts'

export interface KeptRouteDeps {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'openMany'>
  readonly map: readonly MappedColumn[]
  /** Writes what this process has in memory. */
  readonly flush: () => Promise<void>
}

const viewHead = (row: KeptHead): z.input<typeof bodyHead> => ({ ...row, at: row.at.toISOString() })

/** @throws Refusal not_found when its organisation's key is gone */
const open = async ({ vault }: KeptRouteDeps, tx: Tx, row: KeptRow) => {
  const [opened] = await openRows(tx, vault, 'kept_call', [row], ({ id, organisationId, sealedBodies }) => ({
    subject: organisationId,
    row: id,
    fields: { bodies: ['sealed_bodies', sealedBodies] },
  }))
  if (opened === undefined) throw new Refusal('not_found')
  return JSON.parse(opened.plain.bodies) as { request: string; response: string | null }
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

const isHeld = ({ map, clock }: KeptRouteDeps): SQL => createHolds(map).isHeld('kept_call', clock.now()) ?? sql`false`

/** In batches, each with a decision of its own, so that a stop in between leaves no half. */
const removeBatch = (deps: KeptRouteDeps, direct: Tx, of: { readonly projectId: string; readonly id?: string }) =>
  direct.transaction(async (tx) => {
    await lockHoldsShared(tx)
    const gone = await removeKept(tx, { ...of, isHeld: isHeld(deps) })
    const decision = {
      gate: 'bodies',
      decision: 'done',
      rule: 'deleted by the project',
      counted: gone.removed,
    } as const
    if (gone.removed > 0) await recordDecision(tx, deps.clock, decision)
    return gone
  })

/** What a project kept: for its own people, and for nobody else. */
export const keptRoutes = (deps: KeptRouteDeps): Route[] => [
  route(
    contract.bodies.list,
    async ({ tx, params, query }) => {
      await deps.flush()
      const { since, until, keyId, model, status, outcome, limit, cursor } = query
      const filters = { since: dateOf(since), until: dateOf(until), keyId, model, status, outcome }
      const rows = await listKept(tx, { ...params, ...filters, limit, after: decodeCursor(cursor) })
      return toPage(rows, limit, (row) => ({ atMs: row.at.getTime(), id: row.id }), viewHead)
    },
    'handler',
  ),
  route(contract.bodies.get, async ({ tx, params }) => {
    const row = await findKept(tx, params.projectId, params.bodyId)
    if (row === undefined) throw new Refusal('not_found')
    const { sealedBodies: _sealed, organisationId: _organisation, dueAt: _due, ...head } = row
    return { ...viewHead(head), ...(await open(deps, tx, row)) }
  }),
  route(
    contract.bodies.remove,
    async ({ tx, params: { projectId, bodyId } }) => {
      if ((await findKept(tx, projectId, bodyId)) === undefined) throw new Refusal('not_found')
      const { removed } = await removeBatch(deps, tx, { projectId, id: bodyId })
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
