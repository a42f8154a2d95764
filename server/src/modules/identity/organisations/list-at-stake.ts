import { asc, eq, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { membership, organisation } from '../tables.ts'

/** An open organisation of somebody who may leave, and who else is in it. */
export interface OrganisationAtStake {
  readonly id: string
  readonly name: string
  readonly otherMembers: number
  /** Somebody else owns it too, so it goes on without them. */
  readonly othersOwn: boolean
}

/** The open organisations of a person, oldest first. */
export const listAtStake = async (tx: Tx, vault: Vault, personId: string): Promise<OrganisationAtStake[]> => {
  const others = sql`from membership o join person p on p.id = o.person_id and p.closed_at is null where o.organisation_id = ${membership.organisationId} and o.person_id <> ${personId}`
  const rows = await tx
    .select({
      id: organisation.id,
      sealedName: organisation.sealedName,
      otherMembers: sql<number>`(select count(*)::int ${others})`,
      othersOwn: sql<boolean>`exists (select 1 ${others} and o.role = 'owner')`,
    })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(sql`${eq(membership.personId, personId)} and ${isNull(organisation.closedAt)}`)
    .orderBy(asc(organisation.createdAt), asc(organisation.id))
  const opened = await openRows(tx, vault, 'organisation', rows, ({ id, sealedName }) => ({
    subject: id,
    row: id,
    fields: { name: ['sealed_name', sealedName] },
  }))
  return opened.map(({ row: { id, otherMembers, othersOwn }, plain }) => ({ id, ...plain, otherMembers, othersOwn }))
}
