import type { OrganisationRole } from '@avow/contract'
import { and, asc, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { newerThan, olderThan, type Tx } from '../../../platform/db/index.ts'
import { saidBy } from '../../../platform/gates/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { emailIndex } from '../people/email.ts'
import { sealedPerson } from '../people/person-store.ts'
import { membership, organisation, person, secondFactor } from '../tables.ts'

type StoredRow = typeof organisation.$inferSelect

/** An organisation with its name opened. Its key is its own: a name often tells who began it. */
export type OrganisationRow = Omit<StoredRow, 'sealedName'> & { readonly name: string }

const table = 'organisation'

const openAll = async <R extends { readonly organisation: StoredRow }>(tx: Tx, vault: Vault, rows: readonly R[]) => {
  const opened = await openRows(tx, vault, table, rows, ({ organisation: { id, sealedName } }) => ({
    subject: id,
    row: id,
    fields: { name: ['sealed_name', sealedName] },
  }))
  return opened.map(({ row, plain }) => {
    const { sealedName: _sealed, ...rest } = row.organisation
    return { ...row, organisation: { ...rest, ...plain } }
  })
}

const sealName = (vault: Vault, id: string, name: string): Promise<Buffer> =>
  vault.sealFor(id, { table, column: 'sealed_name', row: id }, name)

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

export const insertOrganisation = async (
  tx: Tx,
  vault: Vault,
  row: Omit<OrganisationRow, 'closedAt' | 'closedBy'>,
): Promise<void> => {
  const { name, ...plain } = row
  await tx.insert(organisation).values({ ...plain, sealedName: await sealName(vault, row.id, name) })
}

/** Oldest first, one more than the limit. */
export const listOrganisationsOf = async (
  tx: Tx,
  vault: Vault,
  personId: string,
  page: PageWanted,
): Promise<OrganisationOf[]> => {
  const rows = await tx
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
  return openAll(tx, vault, rows)
}

type Closed<R extends { readonly closedAt: Date | null }> = R & { readonly closedAt: Date }

const isClosed = <R extends { readonly closedAt: Date | null }>(row: R): row is Closed<R> => row.closedAt !== null

/** Those that a person closed and still owns, the last closed first, one more than the limit. */
export const listClosedBy = async (
  tx: Tx,
  vault: Vault,
  personId: string,
  page: PageWanted,
): Promise<Closed<OrganisationRow>[]> => {
  const rows = await tx
    .select({ organisation })
    .from(organisation)
    .innerJoin(membership, eq(membership.organisationId, organisation.id))
    .where(
      and(
        eq(organisation.closedBy, personId),
        eq(membership.personId, personId),
        eq(membership.role, 'owner'),
        isNotNull(organisation.closedAt),
        olderThan(organisation.closedAt, organisation.id, page.after),
      ),
    )
    .orderBy(desc(organisation.closedAt), desc(organisation.id))
    .limit(page.limit + 1)
  return (await openAll(tx, vault, rows)).map((row) => row.organisation).filter(isClosed)
}

/** Every closed one, without its name, the last closed first, one more than the limit. */
export const listClosedOrganisations = async (tx: Tx, page: PageWanted) => {
  const { id, closedAt, closedBy } = organisation
  const rows = await tx
    .select({ id, closedAt, closedBy })
    .from(organisation)
    .where(and(isNotNull(closedAt), olderThan(closedAt, id, page.after)))
    .orderBy(desc(closedAt), desc(id))
    .limit(page.limit + 1)
  return rows.filter(isClosed)
}

/** Also one that is closed. */
export const findAnyOrganisation = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
): Promise<OrganisationRow | undefined> => {
  const rows = await tx.select({ organisation }).from(organisation).where(eq(organisation.id, organisationId))
  return (await openAll(tx, vault, rows))[0]?.organisation
}

export const findOrganisation = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
): Promise<OrganisationRow | undefined> => {
  const found = await findAnyOrganisation(tx, vault, organisationId)
  return found?.closedAt === null ? found : undefined
}

/** Holds all other changes of members back until the transaction ends. */
export const lockOrganisation = async (tx: Tx, organisationId: string): Promise<void> => {
  await tx.select({ id: organisation.id }).from(organisation).where(eq(organisation.id, organisationId)).for('update')
}

export const updateOrganisation = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  changes: Partial<Pick<OrganisationRow, 'name' | 'billingCountry'>>,
): Promise<void> => {
  if (Object.keys(changes).length === 0) return
  const { name, ...rest } = changes
  const sealed = name === undefined ? {} : { sealedName: await sealName(vault, organisationId, name) }
  await tx
    .update(organisation)
    .set({ ...rest, ...sealed })
    .where(eq(organisation.id, organisationId))
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

/** Ids of the people with one of these roles in an open organisation, those who joined first at the front. */
export const peopleIn = async (
  tx: Tx,
  organisationId: string,
  roles: readonly OrganisationRole[],
): Promise<string[]> => {
  const rows = await tx
    .select({ personId: membership.personId })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(
      and(eq(organisation.id, organisationId), inArray(membership.role, [...roles]), isNull(organisation.closedAt)),
    )
    .orderBy(asc(membership.joinedAt), asc(membership.personId))
  return rows.map((row) => row.personId)
}

export const ownersOf = (tx: Tx, organisationId: string): Promise<string[]> => peopleIn(tx, organisationId, ['owner'])

/** Owners whose account is open. */
export const countOwners = (tx: Tx, organisationId: string): Promise<number> =>
  tx.$count(
    membership,
    and(
      eq(membership.organisationId, organisationId),
      eq(membership.role, 'owner'),
      sql`exists (select 1 from person p where p.id = ${membership.personId} and p.closed_at is null)`,
    ),
  )

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
export const listMembers = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  page: PageWanted & { personId?: string },
) => {
  const rows = await tx
    .select({
      id: person.id,
      sealedName: person.sealedName,
      sealedEmail: person.sealedEmail,
      said: saidBy(person.id),
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
        isNull(person.closedAt),
        page.personId === undefined ? undefined : eq(person.id, page.personId),
        newerThan(membership.joinedAt, membership.personId, page.after),
      ),
    )
    .orderBy(asc(membership.joinedAt), asc(membership.personId))
    .limit(page.limit + 1)
  const opened = await openRows(tx, vault, 'person', rows, sealedPerson)
  return opened.map(({ row: { id, role, secondFactor: hasOne, joinedAt }, plain }) => {
    return { personId: id, ...plain, role, secondFactor: hasOne, joinedAt }
  })
}
export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number]

export const isMemberByEmail = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  email: string,
): Promise<boolean> => {
  const [row] = await tx
    .select({ id: person.id })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.personId))
    .where(
      and(
        eq(membership.organisationId, organisationId),
        eq(person.emailIndex, emailIndex(vault, email)),
        isNull(person.closedAt),
      ),
    )
  return row !== undefined
}
