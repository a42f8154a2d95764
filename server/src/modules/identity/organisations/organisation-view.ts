import type { memberView, organisationView } from '@avow/contract'
import type { z } from 'zod'
import type { MemberRow, OrganisationOf } from './organisation-store.ts'

export const viewOrganisation = ({ organisation, role }: OrganisationOf): z.input<typeof organisationView> => ({
  id: organisation.id,
  name: organisation.name,
  billingCountry: organisation.billingCountry,
  role,
  createdAt: organisation.createdAt.toISOString(),
})

export const viewMember = (row: MemberRow): z.input<typeof memberView> => ({
  ...row,
  joinedAt: row.joinedAt.toISOString(),
})
