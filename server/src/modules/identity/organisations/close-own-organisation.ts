import type { organisationEndpoints } from '@avow/contract'
import { and, eq } from 'drizzle-orm'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { closeOrganisation } from '../people/close-account.ts'
import { viewClosure } from '../people/close-own-account.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { canReopen } from '../people/reopen-account.ts'
import { requireOneself } from '../people/require-oneself.ts'
import { organisation } from '../tables.ts'
import { findOrganisation, findRole, lockOrganisation } from './organisation-store.ts'
import { viewOrganisation } from './organisation-view.ts'

/** An owner closes an organisation; for its other members it is not there any more. */
export const closeOwnOrganisation =
  (identity: Identity): Handler<typeof organisationEndpoints.close> =>
  async ({ caller, params, body, request }) => {
    const { clock, database } = identity
    const { personId } = caller
    await requireOneself(identity, personId, body)
    return database.transaction(async (tx) => {
      await lockOrganisation(tx, params.organisationId)
      const now = clock.now()
      if ((await findRole(tx, params.organisationId, personId)) !== 'owner') throw new Refusal('not_found')
      if (!(await closeOrganisation(tx, params.organisationId, personId, now))) throw new Refusal('not_found')
      await recordSecurityEvent(tx, identity, { kind: 'organisation-closed', personId, ipAddress: request.ipAddress })
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'organisation closed' })
      return viewClosure(identity, now)
    })
  }

/** Who closed an organisation opens it again while the policy lets them. */
export const reopenOrganisation =
  (identity: Identity): Handler<typeof organisationEndpoints.reopen> =>
  async ({ tx, caller, params, request }) => {
    const { clock, vault } = identity
    const { personId } = caller
    const [row] = await tx
      .select({ closedAt: organisation.closedAt })
      .from(organisation)
      .where(and(eq(organisation.id, params.organisationId), eq(organisation.closedBy, personId)))
      .for('update')
    const role = await findRole(tx, params.organisationId, personId)
    if (row === undefined || role !== 'owner' || !canReopen(identity, row.closedAt)) throw new Refusal('not_found')
    const changes = { closedAt: null, closedBy: null }
    await tx.update(organisation).set(changes).where(eq(organisation.id, params.organisationId))
    await recordSecurityEvent(tx, identity, { kind: 'organisation-reopened', personId, ipAddress: request.ipAddress })
    await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'organisation opened again' })
    const found = await findOrganisation(tx, vault, params.organisationId)
    if (found === undefined) throw new Refusal('not_found')
    return viewOrganisation({ organisation: found, role })
  }
