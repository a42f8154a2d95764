import type { StaffRole } from '@avow/contract'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { passwordReset, person, secondFactor, staffMember } from '../tables.ts'

export type PersonRow = typeof person.$inferSelect

/** A person with what their view needs. */
export interface PersonFacts {
  readonly person: PersonRow
  readonly hasSecondFactor: boolean
  readonly staffRole: StaffRole | null
}

/** People with an open account, by address in lower case. */
export const findPersonByEmail = async (tx: Tx, email: string): Promise<PersonRow | undefined> => {
  const [row] = await tx
    .select()
    .from(person)
    .where(and(eq(person.email, email), isNull(person.closedAt)))
  return row
}

export const findPersonFacts = async (tx: Tx, personId: string): Promise<PersonFacts | undefined> => {
  const [row] = await tx
    .select({
      person,
      hasSecondFactor: sql<boolean>`${secondFactor.confirmedAt} is not null`,
      staffRole: staffMember.role,
    })
    .from(person)
    .leftJoin(secondFactor, eq(secondFactor.personId, person.id))
    .leftJoin(staffMember, eq(staffMember.personId, person.id))
    .where(and(eq(person.id, personId), isNull(person.closedAt)))
  return row
}

/** Locks the row until the transaction ends, so that sign-in and change of password come one after the other. */
export const lockPerson = async (tx: Tx, personId: string): Promise<PersonRow | undefined> => {
  const [row] = await tx
    .select()
    .from(person)
    .where(and(eq(person.id, personId), isNull(person.closedAt)))
    .for('no key update')
  return row
}

/** @returns false when the address has an account already */
export const insertPerson = async (tx: Tx, row: Omit<PersonRow, 'closedAt'>): Promise<boolean> => {
  const made = await tx.insert(person).values(row).onConflictDoNothing().returning({ id: person.id })
  return made.length > 0
}

export const updateName = async (tx: Tx, personId: string, name: string): Promise<void> => {
  await tx.update(person).set({ name }).where(eq(person.id, personId))
}

export const updatePasswordHash = async (tx: Tx, personId: string, passwordHash: string): Promise<void> => {
  await tx.update(person).set({ passwordHash }).where(eq(person.id, personId))
}

export const insertPasswordReset = async (tx: Tx, row: typeof passwordReset.$inferSelect): Promise<void> => {
  await tx.insert(passwordReset).values(row)
}

export const findPasswordReset = async (
  tx: Tx,
  tokenHash: string,
): Promise<typeof passwordReset.$inferSelect | undefined> => {
  const [row] = await tx.select().from(passwordReset).where(eq(passwordReset.tokenHash, tokenHash))
  return row
}

/** Takes a reset and every other one of its person: none works afterwards. @returns whether this one was still there */
export const takePasswordReset = async (tx: Tx, row: { id: string; personId: string }): Promise<boolean> => {
  const gone = await tx
    .delete(passwordReset)
    .where(eq(passwordReset.personId, row.personId))
    .returning({ id: passwordReset.id })
  return gone.some((one) => one.id === row.id)
}
