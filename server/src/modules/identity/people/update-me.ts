import type { accountEndpoints } from '@avow/contract'
import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Handler } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { findOrganisation, updateOrganisation } from '../organisations/organisation-store.ts'
import { ownOrganisationName } from '../organisations/own-organisation-name.ts'
import { membership, organisation } from '../tables.ts'
import { updateName } from './person-store.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'

/** What we called after them is called after them still, as long as nobody gave it another name. */
const renameOwn = async (tx: Tx, vault: Identity['vault'], personId: string, names: { from: string; to: string }) => {
  const owned = await tx
    .select({ id: membership.organisationId })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(and(eq(membership.personId, personId), eq(membership.role, 'owner'), isNull(organisation.closedAt)))
  for (const { id } of owned) {
    const found = await findOrganisation(tx, vault, id)
    if (found?.name === ownOrganisationName(names.from))
      await updateOrganisation(tx, vault, id, { name: ownOrganisationName(names.to) })
  }
}

export const updateMe =
  ({ vault }: Identity): Handler<typeof accountEndpoints.updateMe> =>
  async ({ tx, caller, body }) => {
    const before = await requirePersonFacts(tx, vault, caller.personId)
    await updateName(tx, vault, caller.personId, body.name)
    await renameOwn(tx, vault, caller.personId, { from: before.person.name, to: body.name })
    return viewPerson(await requirePersonFacts(tx, vault, caller.personId), caller.staffActive)
  }
