import type { OrganisationRole } from '@avow/contract'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import { newerThan } from '../page-position.ts'
import { membership, organisation, person, secondFactor } from '../tables.ts'

export type OrganisationRow = typeof organisation.$inferSelect

/** An organisation as one of its members sees it. */
export interface OrganisationOf {
  readonly organisation: OrganisationRow
  readonly role: OrganisationRole
}

/** A list's page: how many, after which. */
export interface PageWanted {
  readonly limit: number
  readonly after: Cursor | undefined
}

export const insertOrganisation = async (tx: Tx, row: Omit<OrganisationRow, 'closedAt'>): Promise<void> => {
  await tx.insert(organisation).values(row)
}

/** Oldest first, one more than the limit. */
export const listOrganisationsOf = (tx: Tx, personId: string, page: PageWanted): Promise<OrganisationOf[]> =>
  tx
    .select({ organisation, role: membership.role })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(
      and(
        eq(membership.personId, personId),
        isNull(organisation.closedAt),
        newerThan(organisation.createdAt, organisation.id, page.after),
      ),
    )
    .orderBy(asc(organisation.createdAt), asc(organisation.id))
    .limit(page.limit + 1)

export const findOrganisation = async (tx: Tx, organisationId: string): Promise<OrganisationRow | undefined> => {
  const [row] = await tx
    .select()
    .from(organisation)
    .where(and(eq(organisation.id, organisationId), isNull(organisation.closedAt)))
  return row
}

/** Holds all other changes of members back until the transaction ends. */
export const lockOrganisation = async (tx: Tx, organisationId: string): Promise<void> => {
  await tx.select({ id: organisation.id }).from(organisation).where(eq(organisation.id, organisationId)).for('update')
}

export const updateOrganisation = async (
  tx: Tx,
  organisationId: string,
  changes: Partial<Pick<OrganisationRow, 'name' | 'billingCountry'>>,
): Promise<void> => {
  if (Object.keys(changes).length === 0) return
  await tx.update(organisation).set(changes).where(eq(organisation.id, organisationId))
}

/** @returns false when the person is a member already */
export const insertMembership = async (tx: Tx, row: typeof membership.$inferSelect): Promise<boolean> => {
  const made = await tx
    .insert(membership)
    .values(row)
    .onConflictDoNothing()
    .returning({ personId: membership.personId })
  return made.length > 0
}

export const findRole = async (
  tx: Tx,
  organisationId: string,
  personId: string,
): Promise<OrganisationRole | undefined> => {
  const [row] = await tx
    .select({ role: membership.role })
    .from(membership)
    .where(and(eq(membership.organisationId, organisationId), eq(membership.personId, personId)))
  return row?.role
}

export const countOwners = (tx: Tx, organisationId: string): Promise<number> =>
  tx.$count(membership, and(eq(membership.organisationId, organisationId), eq(membership.role, 'owner')))

export const updateRole = async (
  tx: Tx,
  organisationId: string,
  personId: string,
  role: OrganisationRole,
): Promise<void> => {
  await tx
    .update(membership)
    .set({ role })
    .where(and(eq(membership.organisationId, organisationId), eq(membership.personId, personId)))
}

export const deleteMembership = async (tx: Tx, organisationId: string, personId: string): Promise<void> => {
  await tx
    .delete(membership)
    .where(and(eq(membership.organisationId, organisationId), eq(membership.personId, personId)))
}

/** Oldest first, one more than the limit. */
export const listMembers = (tx: Tx, organisationId: string, page: PageWanted & { personId?: string }) =>
  tx
    .select({
      personId: person.id,
      name: person.name,
      email: person.email,
      role: membership.role,
      secondFactor: sql<boolean>`${secondFactor.confirmedAt} is not null`,
      joinedAt: membership.joinedAt,
    })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.personId))
    .leftJoin(secondFactor, eq(secondFactor.personId, person.id))
    .where(
      and(
        eq(membership.organisationId, organisationId),
        page.personId === undefined ? undefined : eq(person.id, page.personId),
        newerThan(membership.joinedAt, membership.personId, page.after),
      ),
    )
    .orderBy(asc(membership.joinedAt), asc(membership.personId))
    .limit(page.limit + 1)
export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number]

export const isMemberByEmail = async (tx: Tx, organisationId: string, email: string): Promise<boolean> => {
  const [row] = await tx
    .select({ id: person.id })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.personId))
    .where(and(eq(membership.organisationId, organisationId), eq(person.email, email), isNull(person.closedAt)))
  return row !== undefined
}
