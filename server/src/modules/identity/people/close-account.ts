import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../identity.ts'
import { findAnyOrganisation, lockOrganisation, updateOrganisation } from '../organisations/organisation-store.ts'
import { deleteOtherSessions } from '../sessions/session-store.ts'
import { deleteStaff } from '../staff/staff-store.ts'
import { apiKey, membership, organisation, person, project } from '../tables.ts'
import { findAnyPerson, lockAnyPerson } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'

export interface ClosedAccount {
  readonly email: string
  /** Organisations without another member. */
  readonly organisationsAlone: readonly string[]
}

const revokeKeys = async (tx: Tx, organisationId: string, now: Date): Promise<void> => {
  const projects = tx.select({ id: project.id }).from(project).where(eq(project.organisationId, organisationId))
  await tx
    .update(apiKey)
    .set({ revokedAt: now })
    .where(and(inArray(apiKey.projectId, projects), isNull(apiKey.revokedAt)))
}

/** Closes an organisation that nobody else owns. @returns whether nobody else is a member either */
const leave = async (tx: Tx, organisationId: string, personId: string, now: Date): Promise<boolean> => {
  await lockOrganisation(tx, organisationId)
  const others = await tx
    .select({ role: membership.role })
    .from(membership)
    .where(and(eq(membership.organisationId, organisationId), ne(membership.personId, personId)))
  if (!others.some(({ role }) => role === 'owner')) {
    await revokeKeys(tx, organisationId, now)
    const stillOpen = and(eq(organisation.id, organisationId), isNull(organisation.closedAt))
    await tx.update(organisation).set({ closedAt: now }).where(stillOpen)
  }
  return others.length === 0
}

/** An organisation that stays must not be named after the one who leaves by a name that we made up. */
const renameAfterNobody = async (
  tx: Tx,
  vault: Vault,
  organisationIds: readonly string[],
  name: string,
): Promise<void> => {
  const made = `${name.slice(0, 100)}’s organisation`
  for (const id of organisationIds) {
    const found = await findAnyOrganisation(tx, vault, id)
    if (found?.name === made) await updateOrganisation(tx, vault, id, { name: 'Organisation' })
  }
}

/** Cuts every access of a person at once and closes what is theirs alone. Safe to repeat. */
export const closeAccount = async (
  tx: Tx,
  { clock, vault }: Pick<Identity, 'clock' | 'vault'>,
  personId: string,
): Promise<ClosedAccount> => {
  const now = clock.now()
  const found = await lockAnyPerson(tx, vault, personId)
  if (found === undefined) return { email: '', organisationsAlone: [] }
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
  await renameAfterNobody(
    tx,
    vault,
    ids.filter((id) => !alone.includes(id)),
    found.name,
  )
  await recordSecurityEvent(tx, { clock, vault }, { kind: 'erasure-begun', personId, ipAddress: null })
  return { email: found.email, organisationsAlone: alone }
}

/** What is a person's alone, while their account is open. */
export const belongingsOf = async (
  tx: Tx,
  vault: Vault,
  personId: string,
): Promise<{ email: string | null; organisationsAlone: readonly string[] }> => {
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
  return { email: found?.email ?? null, organisationsAlone: rows.map((row) => row.id) }
}
