import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../identity.ts'
import { findAnyOrganisation, lockOrganisation, updateOrganisation } from '../organisations/organisation-store.ts'
import { ownOrganisationName } from '../organisations/own-organisation-name.ts'
import { deleteOtherSessions } from '../sessions/session-store.ts'
import { deleteStaff } from '../staff/staff-store.ts'
import { apiKey, membership, organisation, person, project } from '../tables.ts'
import { listFormerAddresses } from './email-change-store.ts'
import { findAnyPerson, lockAnyPerson } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'

export interface ClosedAccount {
  readonly email: string
  readonly formerAddresses: readonly { readonly index: string; readonly until: string }[]
  /** Organisations without another member. */
  readonly organisationsAlone: readonly string[]
}

/** What is a person's alone. */
export interface Belongings extends Omit<ClosedAccount, 'email'> {
  readonly email: string | null
}

const revokeKeys = async (tx: Tx, organisationId: string, now: Date): Promise<void> => {
  const projects = tx.select({ id: project.id }).from(project).where(eq(project.organisationId, organisationId))
  await tx
    .update(apiKey)
    .set({ revokedAt: now })
    .where(and(inArray(apiKey.projectId, projects), isNull(apiKey.revokedAt)))
}

/** Its keys refuse at once, and for its members it is not there any more. @returns false when it was closed already */
export const closeOrganisation = async (tx: Tx, id: string, by: string, now: Date): Promise<boolean> => {
  await revokeKeys(tx, id, now)
  const stillOpen = and(eq(organisation.id, id), isNull(organisation.closedAt))
  const closed = await tx
    .update(organisation)
    .set({ closedAt: now, closedBy: by })
    .where(stillOpen)
    .returning({ id: organisation.id })
  return closed.length > 0
}

/** Closes an organisation that nobody else owns. @returns whether nobody else is a member either */
const leave = async (tx: Tx, organisationId: string, personId: string, now: Date): Promise<boolean> => {
  await lockOrganisation(tx, organisationId)
  const others = await tx
    .select({ role: membership.role, closedAt: person.closedAt })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.personId))
    .where(and(eq(membership.organisationId, organisationId), ne(membership.personId, personId)))
  if (!others.some(({ role, closedAt }) => role === 'owner' && closedAt === null))
    await closeOrganisation(tx, organisationId, personId, now)
  return others.length === 0
}

/** An organisation that stays must not be named after the one who leaves by a name that we made up. */
const renameAfterNobody = async (
  tx: Tx,
  vault: Vault,
  organisationIds: readonly string[],
  name: string,
): Promise<void> => {
  const made = ownOrganisationName(name)
  for (const id of organisationIds) {
    const found = await findAnyOrganisation(tx, vault, id)
    if (found?.name === made) await updateOrganisation(tx, vault, id, { name: 'Organisation' })
  }
}

type Deps = Pick<Identity, 'clock' | 'vault'>

/** Sessions, staff role, and the organisations that nobody else owns. @returns all of theirs, and those alone theirs */
const cutAccess = async (tx: Tx, personId: string, now: Date) => {
  await tx
    .update(person)
    .set({ closedAt: now })
    .where(and(eq(person.id, personId), isNull(person.closedAt)))
  await deleteOtherSessions(tx, personId, null)
  await deleteStaff(tx, personId)
  const memberships = await tx
    .select({ organisationId: membership.organisationId })
    .from(membership)
    .where(eq(membership.personId, personId))
    .orderBy(membership.organisationId)
  const ids = memberships.map((one) => one.organisationId)
  const alone: string[] = []
  for (const id of ids) if (await leave(tx, id, personId, now)) alone.push(id)
  return { ids, alone }
}

/** Closes an account: nothing of it can be used any more, and what it held is kept for its period. */
export const closeAccount = async (tx: Tx, deps: Deps, personId: string, ipAddress: string | null): Promise<void> => {
  await lockAnyPerson(tx, deps.vault, personId)
  await cutAccess(tx, personId, deps.clock.now())
  await recordSecurityEvent(tx, deps, { kind: 'account-closed', personId, ipAddress })
}

/** Cuts every access of somebody who is to be erased, and says what is theirs alone. Safe to repeat. */
export const leaveForGood = async (tx: Tx, deps: Deps, personId: string): Promise<ClosedAccount> => {
  const { clock, vault } = deps
  const found = await lockAnyPerson(tx, vault, personId)
  if (found === undefined) return { email: '', formerAddresses: [], organisationsAlone: [] }
  const { ids, alone } = await cutAccess(tx, personId, clock.now())
  await tx.update(person).set({ leaves: true }).where(eq(person.id, personId))
  await renameAfterNobody(
    tx,
    vault,
    ids.filter((id) => !alone.includes(id)),
    found.name,
  )
  await recordSecurityEvent(tx, deps, { kind: 'erasure-begun', personId, ipAddress: null })
  const formerAddresses = await listFormerAddresses(tx, personId)
  return { email: found.email, formerAddresses, organisationsAlone: alone }
}

/** What is a person's alone, while their account is open. */
export const belongingsOf = async (tx: Tx, vault: Vault, personId: string): Promise<Belongings> => {
  const found = await findAnyPerson(tx, vault, personId)
  const rows = await tx
    .select({ id: membership.organisationId })
    .from(membership)
    .where(
      and(
        eq(membership.personId, personId),
        sql`not exists (select 1 from membership o where o.organisation_id = ${membership.organisationId} and o.person_id <> ${personId})`,
      ),
    )
  return {
    email: found?.email ?? null,
    formerAddresses: await listFormerAddresses(tx, personId),
    organisationsAlone: rows.map((row) => row.id),
  }
}
