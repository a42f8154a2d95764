import type { organisationEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { decodeCursor, type Handler, Refusal, toPage } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../identity.ts'
import {
  findOrganisation,
  findRole,
  listMembers,
  listOrganisationsOf,
  updateOrganisation,
} from './organisation-store.ts'
import { viewMember, viewOrganisation } from './organisation-view.ts'

const show = async (tx: Tx, vault: Vault, organisationId: string, personId: string) => {
  const organisation = await findOrganisation(tx, vault, organisationId)
  const role = await findRole(tx, organisationId, personId)
  if (organisation === undefined || role === undefined) throw new Refusal('not_found')
  return viewOrganisation({ organisation, role })
}

export const listOrganisations =
  ({ vault }: Identity): Handler<typeof organisationEndpoints.list> =>
  async ({ tx, caller, query }) => {
    const rows = await listOrganisationsOf(tx, vault, caller.personId, {
      limit: query.limit,
      after: decodeCursor(query.cursor),
    })
    const cursorOf = (row: (typeof rows)[number]) => ({
      atMs: row.organisation.createdAt.getTime(),
      id: row.organisation.id,
    })
    return toPage(rows, query.limit, cursorOf, viewOrganisation)
  }

export const showOrganisation =
  ({ vault }: Identity): Handler<typeof organisationEndpoints.get> =>
  ({ tx, caller, params }) =>
    show(tx, vault, params.organisationId, caller.personId)

export const changeOrganisation =
  ({ vault }: Identity): Handler<typeof organisationEndpoints.update> =>
  async ({ tx, caller, params, body }) => {
    const changes = {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.billingCountry === undefined ? {} : { billingCountry: body.billingCountry }),
    }
    await updateOrganisation(tx, vault, params.organisationId, changes)
    return show(tx, vault, params.organisationId, caller.personId)
  }

export const showMembers =
  ({ vault }: Identity): Handler<typeof organisationEndpoints.listMembers> =>
  async ({ tx, params, query }) => {
    const rows = await listMembers(tx, vault, params.organisationId, {
      limit: query.limit,
      after: decodeCursor(query.cursor),
    })
    const cursorOf = (row: (typeof rows)[number]) => ({ atMs: row.joinedAt.getTime(), id: row.personId })
    return toPage(rows, query.limit, cursorOf, viewMember)
  }
