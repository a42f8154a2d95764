import type { OrganisationRole, organisationEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import {
  countOwners,
  deleteMembership,
  findRole,
  listMembers,
  lockOrganisation,
  updateRole,
} from './organisation-store.ts'
import { viewMember } from './organisation-view.ts'

/**
 * The roles of the caller and of a member, read again under the organisation's lock: what the access check saw may have
 * changed while this request waited.
 */
const rolesUnderLock = async (
  tx: Tx,
  organisationId: string,
  callerId: string,
  memberId: string,
): Promise<{ mine: OrganisationRole; theirs: OrganisationRole }> => {
  await lockOrganisation(tx, organisationId)
  const mine = await findRole(tx, organisationId, callerId)
  const theirs = await findRole(tx, organisationId, memberId)
  if (mine === undefined || theirs === undefined) throw new Refusal('not_found')
  return { mine, theirs }
}

const requireAnotherOwner = async (tx: Tx, organisationId: string): Promise<void> => {
  if ((await countOwners(tx, organisationId)) < 2) throw new Refusal('last_owner')
}

const onlyOwners = (): Refusal => new Refusal('forbidden', 'Only an owner can make or unmake an owner.')

export const changeMember =
  (identity: Identity): Handler<typeof organisationEndpoints.changeMember> =>
  async ({ tx, caller, params, body, request }) => {
    const { organisationId, personId } = params
    const { mine, theirs } = await rolesUnderLock(tx, organisationId, caller.personId, personId)
    if (mine !== 'owner' && mine !== 'admin') throw new Refusal('forbidden')
    if (mine !== 'owner' && (theirs === 'owner' || body.role === 'owner')) throw onlyOwners()
    if (theirs === 'owner' && body.role !== 'owner') await requireAnotherOwner(tx, organisationId)
    await updateRole(tx, organisationId, personId, body.role)
    await recordSecurityEvent(tx, identity, { kind: 'member-changed', personId, ipAddress: request.ipAddress })
    const [member] = await listMembers(tx, identity.vault, organisationId, { limit: 1, after: undefined, personId })
    if (member === undefined) throw new Refusal('not_found')
    return viewMember(member)
  }

/** Takes a member out; their sessions lose the organisation with the next request. Keys of its projects stay. */
export const removeMember =
  (identity: Identity): Handler<typeof organisationEndpoints.removeMember> =>
  async ({ tx, caller, params, request }) => {
    const { organisationId, personId } = params
    const { mine, theirs } = await rolesUnderLock(tx, organisationId, caller.personId, personId)
    const isSelf = caller.personId === personId
    if (!isSelf && mine !== 'owner' && mine !== 'admin') throw new Refusal('forbidden')
    if (!isSelf && mine !== 'owner' && theirs === 'owner') throw onlyOwners()
    if (theirs === 'owner') await requireAnotherOwner(tx, organisationId)
    await deleteMembership(tx, organisationId, personId)
    await recordSecurityEvent(tx, identity, { kind: 'member-removed', personId, ipAddress: request.ipAddress })
  }
