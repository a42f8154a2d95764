import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { createHolds, lockHoldsShared } from '../../../platform/gates/index.ts'
import { removeKept } from './kept-store.ts'

interface RemoveDeps {
  readonly clock: Clock
  readonly map: readonly MappedColumn[]
}

const isHeld = ({ map, clock }: RemoveDeps): SQL => createHolds(map).isHeld('kept_call', clock.now()) ?? sql`false`

/** Removes one kept call, or a batch of all of a project: each batch with a decision of its own, so that a stop in between leaves no half. */
export const removeBatch = (deps: RemoveDeps, direct: Tx, of: { readonly projectId: string; readonly id?: string }) =>
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
