import type { closedOrganisationEndpoints } from '@avow/contract'
import { dueAt } from '@avow/policy'
import { decodeCursor, type Handler, toPage } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { viewClosure } from '../people/close-own-account.ts'
import { canReopen } from '../people/reopen-account.ts'
import { listClosedBy, listClosedOrganisations } from './organisation-store.ts'

interface Closed {
  readonly id: string
  readonly closedAt: Date
}

/** What the policy says of a closed organisation today. */
const viewClosed = (identity: Identity, { id, closedAt }: Closed) => ({
  ...viewClosure(identity, closedAt),
  id,
  canReopen: canReopen(identity, closedAt),
  goesAt: dueAt(closedAt, identity.policy.retention('account')?.period ?? 'forever')?.toISOString() ?? null,
})

const cursorOf = ({ closedAt, id }: Closed) => ({ atMs: closedAt.getTime(), id })

/** Those that the caller closed: nobody else sees them, and nobody else opens them again. */
export const listOwnClosed =
  (identity: Identity): Handler<typeof closedOrganisationEndpoints.listClosed> =>
  async ({ tx, caller, query: { limit, cursor } }) => {
    const rows = await listClosedBy(tx, identity.vault, caller.personId, { limit, after: decodeCursor(cursor) })
    return toPage(rows, limit, cursorOf, (row) => ({ ...viewClosed(identity, row), name: row.name }))
  }

/** All of them, for the privacy officer: by their ids, for what an organisation is called is its own. */
export const listEveryClosed =
  (identity: Identity): Handler<typeof closedOrganisationEndpoints.listEveryClosed> =>
  async ({ tx, query: { limit, cursor } }) => {
    const rows = await listClosedOrganisations(tx, { limit, after: decodeCursor(cursor) })
    return toPage(rows, limit, cursorOf, (row) => ({ ...viewClosed(identity, row), closedBy: row.closedBy }))
  }
