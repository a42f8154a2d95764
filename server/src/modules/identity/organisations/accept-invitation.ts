import type { organisationEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { requirePersonFacts } from '../people/person-view.ts'
import { decideInvitation, lockInvitationByToken } from './invitation-store.ts'
import { findOrganisation, findRole, insertMembership } from './organisation-store.ts'
import { viewOrganisation } from './organisation-view.ts'

/** Joins the organisation of an invitation. Only the person whose address was invited can. */
export const acceptInvitation =
  ({ clock, vault }: Identity): Handler<typeof organisationEndpoints.acceptInvitation> =>
  async ({ tx, caller, body }) => {
    const row = await lockInvitationByToken(tx, vault, vault.keyedHash('invitation', body.token))
    if (row === undefined || row.state !== 'pending' || row.expiresAt <= clock.now()) throw new Refusal('token_invalid')
    const { person } = await requirePersonFacts(tx, vault, caller.personId)
    if (person.email !== row.email) {
      throw new Refusal(
        'forbidden',
        'This invitation is for another address. Sign in with the address that it was sent to.',
      )
    }
    const organisation = await findOrganisation(tx, vault, row.organisationId)
    if (organisation === undefined) throw new Refusal('token_invalid')
    await insertMembership(tx, {
      organisationId: row.organisationId,
      personId: person.id,
      role: row.role,
      joinedAt: clock.now(),
    })
    await decideInvitation(tx, row.id, 'accepted')
    const role = (await findRole(tx, row.organisationId, person.id)) ?? row.role
    return viewOrganisation({ organisation, role })
  }
