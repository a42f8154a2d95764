import type { organisationEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import type { Handler } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Identity } from '../identity.ts'
import { insertProject, type ProjectRow } from '../projects/project-store.ts'
import { viewProject } from '../projects/project-view.ts'
import { insertMembership, insertOrganisation, type OrganisationRow } from './organisation-store.ts'
import { viewOrganisation } from './organisation-view.ts'

/** Makes an organisation with its owner and a project named "default". */
export const createOrganisation = async (
  tx: Tx,
  { clock, vault }: Pick<Identity, 'clock' | 'vault'>,
  wanted: { ownerId: string; name: string; billingCountry: string | null },
): Promise<{ organisation: OrganisationRow; project: ProjectRow }> => {
  const now = clock.now()
  const { name, billingCountry, ownerId } = wanted
  const organisation = { id: newId('org', clock), name, billingCountry, createdAt: now, closedAt: null, closedBy: null }
  await insertOrganisation(tx, vault, organisation)
  await insertMembership(tx, { organisationId: organisation.id, personId: ownerId, role: 'owner', joinedAt: now })
  const project = { id: newId('prj', clock), organisationId: organisation.id, name: 'default', createdAt: now }
  await insertProject(tx, vault, project)
  return { organisation, project }
}

export const createOwnOrganisation =
  (identity: Identity): Handler<typeof organisationEndpoints.create> =>
  async ({ tx, caller, body }) => {
    const { organisation, project } = await createOrganisation(tx, identity, { ...body, ownerId: caller.personId })
    return { ...viewOrganisation({ organisation, role: 'owner' }), project: viewProject(project) }
  }
