import type { invitationView, organisationEndpoints } from '@avow/contract'
import type { z } from 'zod'
import { decodeCursor, type Handler, Refusal, toPage } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { day, hour, type Identity } from '../identity.ts'
import { invitationLink } from '../links.ts'
import { normaliseEmail } from '../people/email.ts'
import { invitationMail } from '../people/mails.ts'
import { requirePersonFacts } from '../people/person-view.ts'
import { newLinkToken } from '../secrets.ts'
import {
  countInvitationsSince,
  decideInvitation,
  hasOpenInvitation,
  type InvitationRow,
  insertInvitation,
  listInvitationsOf,
  lockInvitation,
} from './invitation-store.ts'
import { findOrganisation, findRole, isMemberByEmail, lockOrganisation } from './organisation-store.ts'

const invitationLifeMs = 7 * day
const invitationsPerHourMax = 50

const viewInvitation = (row: InvitationRow, now: Date): z.input<typeof invitationView> => ({
  id: row.id,
  email: row.email,
  role: row.role,
  state: row.state === 'pending' && row.expiresAt <= now ? 'expired' : row.state,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})

export const invite =
  (identity: Identity): Handler<typeof organisationEndpoints.invite> =>
  async ({ tx, caller, params, body }) => {
    const { clock, vault, mail } = identity
    const { organisationId } = params
    const email = normaliseEmail(body.email)
    const now = clock.now()
    await lockOrganisation(tx, organisationId)
    const organisation = await findOrganisation(tx, vault, organisationId)
    const mine = await findRole(tx, organisationId, caller.personId)
    if (organisation === undefined || mine === undefined) throw new Refusal('not_found')
    if (body.role === 'owner' && mine !== 'owner') throw new Refusal('forbidden', 'Only an owner can invite an owner.')
    if (await isMemberByEmail(tx, vault, organisationId, email))
      throw new Refusal('already_exists', 'This person is a member already.')
    if (await hasOpenInvitation(tx, vault, organisationId, email, now)) {
      throw new Refusal('already_exists', 'There is an open invitation for this address. Revoke it to send a new one.')
    }
    if ((await countInvitationsSince(tx, organisationId, new Date(now.getTime() - hour))) >= invitationsPerHourMax) {
      throw new Refusal('rate_limited', `An organisation may send ${invitationsPerHourMax} invitations an hour.`, {
        headers: { 'retry-after': '600' },
      })
    }
    const token = newLinkToken()
    const row: InvitationRow = {
      id: newId('inv', clock),
      organisationId,
      email,
      role: body.role,
      state: 'pending',
      tokenHash: vault.keyedHash('invitation', token),
      invitedBy: caller.personId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + invitationLifeMs),
    }
    await insertInvitation(tx, vault, row)
    const { person } = await requirePersonFacts(tx, vault, caller.personId)
    const message = invitationMail(row, organisation.name, person.name, invitationLink(identity, token))
    await mail.write(tx, { ...message, aboutPersonId: person.id })
    return viewInvitation(row, now)
  }

export const listInvitations =
  ({ clock, vault }: Identity): Handler<typeof organisationEndpoints.listInvitations> =>
  async ({ tx, params, query }) => {
    const rows = await listInvitationsOf(tx, vault, params.organisationId, {
      limit: query.limit,
      after: decodeCursor(query.cursor),
    })
    const cursorOf = (row: InvitationRow) => ({ atMs: row.createdAt.getTime(), id: row.id })
    return toPage(rows, query.limit, cursorOf, (row) => viewInvitation(row, clock.now()))
  }

export const revokeInvitation =
  ({ vault }: Identity): Handler<typeof organisationEndpoints.revokeInvitation> =>
  async ({ tx, params }) => {
    const row = await lockInvitation(tx, vault, params.organisationId, params.invitationId)
    if (row === undefined) throw new Refusal('not_found')
    if (row.state !== 'pending') throw new Refusal('conflict', `The invitation was ${row.state} already.`)
    await decideInvitation(tx, row.id, 'revoked')
  }
