import type { StaffRole } from '@avow/contract'
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { newerThan, type Tx } from '../../../platform/db/index.ts'
import { saidBy } from '../../../platform/gates/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import type { PageWanted } from '../organisations/organisation-store.ts'
import { sealedPerson } from '../people/person-store.ts'
import { person, secondFactor, staffMember } from '../tables.ts'

/** @returns false when the person has a staff role already */
export const insertStaff = async (tx: Tx, row: typeof staffMember.$inferSelect): Promise<boolean> => {
  const made = await tx
    .insert(staffMember)
    .values(row)
    .onConflictDoNothing()
    .returning({ personId: staffMember.personId })
  return made.length > 0
}

/** Oldest first, one more than the limit. */
export const listStaff = async (tx: Tx, vault: Vault, page: PageWanted & { personId?: string }) => {
  const rows = await tx
    .select({
      id: person.id,
      sealedName: person.sealedName,
      sealedEmail: person.sealedEmail,
      said: saidBy(person.id),
      role: staffMember.role,
      secondFactor: sql<boolean>`${secondFactor.confirmedAt} is not null`,
      since: staffMember.since,
    })
    .from(staffMember)
    .innerJoin(person, eq(person.id, staffMember.personId))
    .leftJoin(secondFactor, eq(secondFactor.personId, person.id))
    .where(
      and(
        page.personId === undefined ? undefined : eq(person.id, page.personId),
        newerThan(staffMember.since, staffMember.personId, page.after),
      ),
    )
    .orderBy(asc(staffMember.since), asc(staffMember.personId))
    .limit(page.limit + 1)
  const opened = await openRows(tx, vault, 'person', rows, sealedPerson)
  return opened.map(({ row: { id, role, secondFactor: hasOne, since }, plain }) => {
    return { personId: id, ...plain, role, secondFactor: hasOne, since }
  })
}
export type StaffRow = Awaited<ReturnType<typeof listStaff>>[number]

/** All operators, held against change until the transaction ends. */
export const lockOperators = async (tx: Tx): Promise<string[]> => {
  const operators = tx
    .select({ personId: staffMember.personId })
    .from(staffMember)
    .where(eq(staffMember.role, 'operator'))
  const rows = await operators.orderBy(asc(staffMember.personId)).for('update')
  return rows.map((row) => row.personId)
}

/** Ids of the staff in these roles, those who have theirs for longest first. */
export const staffIn = async (tx: Tx, roles: readonly StaffRole[]): Promise<string[]> => {
  const rows = await tx
    .select({ personId: staffMember.personId })
    .from(staffMember)
    .innerJoin(person, eq(person.id, staffMember.personId))
    .where(and(inArray(staffMember.role, [...roles]), isNull(person.closedAt)))
    .orderBy(asc(staffMember.since), asc(staffMember.personId))
  return rows.map((row) => row.personId)
}

/** @returns whether the person was staff */
export const deleteStaff = async (tx: Tx, personId: string): Promise<boolean> => {
  const gone = await tx
    .delete(staffMember)
    .where(eq(staffMember.personId, personId))
    .returning({ personId: staffMember.personId })
  return gone.length > 0
}

/** The operator of the first run, or the next one: whom the machine's own token acts as. */
export const findFirstOperator = async (tx: Tx): Promise<{ personId: string; role: StaffRole } | undefined> => {
  const [row] = await tx
    .select({ personId: staffMember.personId, role: staffMember.role })
    .from(staffMember)
    .innerJoin(person, eq(person.id, staffMember.personId))
    .where(and(eq(staffMember.role, 'operator'), isNull(person.closedAt)))
    .orderBy(asc(staffMember.since), asc(staffMember.personId))
    .limit(1)
  return row
}
