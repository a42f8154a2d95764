import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Identity } from '../identity.ts'
import { updateName } from '../people/person-store.ts'
import { requirePersonFacts } from '../people/person-view.ts'
import { insertProject, listProjectsOf } from '../projects/project-store.ts'
import { membership, organisation } from '../tables.ts'
import { createOrganisation } from './create-organisation.ts'
import { findOrganisation } from './organisation-store.ts'

/** What somebody brings from elsewhere. */
export interface Brought {
  readonly name: string | null
  readonly organisations: readonly {
    readonly name: string
    readonly billingCountry: string | null
    readonly projects: readonly string[]
  }[]
}

export interface Recreated {
  readonly kind: 'name' | 'organisation' | 'project'
  readonly name: string
  /** Null for a name. */
  readonly id: string | null
  /** False: it was there already. */
  readonly isNew: boolean
}

/** The person's own organisations by name: what they bring twice is there once. */
const ownOrganisations = async (tx: Tx, { vault }: Identity, personId: string): Promise<Map<string, string>> => {
  const rows = await tx
    .select({ id: membership.organisationId })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(and(eq(membership.personId, personId), eq(membership.role, 'owner'), isNull(organisation.closedAt)))
    .for('update')
  const named = new Map<string, string>()
  for (const { id } of rows) {
    const found = await findOrganisation(tx, vault, id)
    if (found !== undefined) named.set(found.name, id)
  }
  return named
}

const projectsMax = 1000

const recreateProjects = async (
  tx: Tx,
  { clock, vault }: Identity,
  organisationId: string,
  names: readonly string[],
): Promise<Recreated[]> => {
  const there = await listProjectsOf(tx, vault, organisationId, { limit: projectsMax, after: undefined })
  const made: Recreated[] = []
  for (const name of names) {
    const found = there.find((one) => one.name.toLowerCase() === name.toLowerCase())
    const id = found?.id ?? newId('prj', clock)
    const isNew =
      found === undefined && (await insertProject(tx, vault, { id, organisationId, name, createdAt: clock.now() }))
    made.push({ kind: 'project', name, id, isNew })
  }
  return made
}

/** Makes anew what somebody brings: their name, and organisations of their own with their projects. */
export const recreate =
  (identity: Identity) =>
  async (tx: Tx, personId: string, brought: Brought): Promise<readonly Recreated[]> => {
    const { person } = await requirePersonFacts(tx, identity.vault, personId)
    const made: Recreated[] = []
    if (brought.name !== null) {
      await updateName(tx, identity.vault, personId, brought.name)
      made.push({ kind: 'name', name: brought.name, id: null, isNew: person.name !== brought.name })
    }
    const there = await ownOrganisations(tx, identity, personId)
    for (const { name, billingCountry, projects } of brought.organisations) {
      const known = there.get(name)
      const id =
        known ?? (await createOrganisation(tx, identity, { ownerId: personId, name, billingCountry })).organisation.id
      there.set(name, id)
      made.push({ kind: 'organisation', name, id, isNew: known === undefined })
      made.push(...(await recreateProjects(tx, identity, id, projects)))
    }
    return made
  }
