import type { StaffRole } from '@avow/contract'
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { Said, Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { passwordReset, person, secondFactor, staffMember } from '../tables.ts'
import { emailIndex } from './email.ts'

type StoredRow = typeof person.$inferSelect

/** A person with what is sealed opened. */
export type PersonRow = Pick<StoredRow, 'id' | 'passwordHash' | 'emailVerifiedAt' | 'createdAt' | 'closedAt'> & {
  readonly email: string
  readonly name: string
}

/** A person with what their view needs. */
export interface PersonFacts {
  readonly person: PersonRow
  readonly hasSecondFactor: boolean
  readonly staffRole: StaffRole | null
}

const table = 'person'

/** Address and name of people, for lists of them, which bring along what each of them said. */
export const sealedPerson = (row: Pick<StoredRow, 'id' | 'sealedEmail' | 'sealedName'> & { said?: Said }) => ({
  subject: row.id,
  row: row.id,
  ...(row.said === undefined ? {} : { said: row.said }),
  fields: { email: ['sealed_email', row.sealedEmail], name: ['sealed_name', row.sealedName] } as const,
})

const openOne = async (tx: Tx, vault: Vault, row: StoredRow | undefined): Promise<PersonRow | undefined> => {
  const [opened] = await openRows(tx, vault, table, row === undefined ? [] : [row], sealedPerson)
  if (opened === undefined) return undefined
  const { id, passwordHash, emailVerifiedAt, createdAt, closedAt } = opened.row
  return { id, passwordHash, emailVerifiedAt, createdAt, closedAt, ...opened.plain }
}

const sealName = (vault: Vault, personId: string, name: string): Promise<Buffer> =>
  vault.sealFor(personId, { table, column: 'sealed_name', row: personId }, name)

/** People with an open account, by address in lower case. */
export const findPersonByEmail = async (tx: Tx, vault: Vault, email: string): Promise<PersonRow | undefined> => {
  const [row] = await tx
    .select()
    .from(person)
    .where(and(eq(person.emailIndex, emailIndex(vault, email)), isNull(person.closedAt)))
  return openOne(tx, vault, row)
}

export const findPersonFacts = async (tx: Tx, vault: Vault, personId: string): Promise<PersonFacts | undefined> => {
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
  const opened = await openOne(tx, vault, row?.person)
  return row === undefined || opened === undefined ? undefined : { ...row, person: opened }
}

/** Locks the row until the transaction ends, so that sign-in and change of password come one after the other. */
export const lockPerson = async (tx: Tx, vault: Vault, personId: string): Promise<PersonRow | undefined> => {
  const [row] = await tx
    .select()
    .from(person)
    .where(and(eq(person.id, personId), isNull(person.closedAt)))
    .for('no key update')
  return openOne(tx, vault, row)
}

/** Ids of open accounts, in their order. @param after null: from the first */
export const listOpenAccounts = async (tx: Tx, after: string | null, limit: number): Promise<string[]> => {
  const rows = await tx
    .select({ id: person.id })
    .from(person)
    .where(and(isNull(person.closedAt), after === null ? undefined : gt(person.id, after)))
    .orderBy(person.id)
    .limit(limit)
  return rows.map(({ id }) => id)
}

export const countOpenAccounts = async (tx: Tx): Promise<number> => tx.$count(person, isNull(person.closedAt))

/** Addresses of open accounts among these, with one question for their keys. */
export const findAddresses = async (
  tx: Tx,
  vault: Vault,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (personIds.length === 0) return new Map()
  const rows = await tx
    .select({ id: person.id, sealedEmail: person.sealedEmail })
    .from(person)
    .where(and(inArray(person.id, [...personIds]), isNull(person.closedAt)))
  const opened = await openRows(tx, vault, table, rows, ({ id, sealedEmail }) => ({
    subject: id,
    row: id,
    fields: { email: ['sealed_email', sealedEmail] as const },
  }))
  return new Map(opened.map(({ row, plain }) => [row.id, plain.email]))
}

/** Whether anybody but the operator's staff is here, also one whose account is closed or whose data a hold keeps. */
export const hasPeople = async (tx: Tx): Promise<boolean> => {
  const others = tx.select({ id: person.id }).from(person).leftJoin(staffMember, eq(staffMember.personId, person.id))
  const rows = await others.where(isNull(staffMember.personId)).limit(1)
  return rows.length > 0
}

/** Also one whose account is closed. */
export const findAnyPerson = async (tx: Tx, vault: Vault, personId: string): Promise<PersonRow | undefined> => {
  const [row] = await tx.select().from(person).where(eq(person.id, personId))
  return openOne(tx, vault, row)
}

/** The same, locked until the transaction ends. */
export const lockAnyPerson = async (tx: Tx, vault: Vault, personId: string): Promise<PersonRow | undefined> => {
  const [row] = await tx.select().from(person).where(eq(person.id, personId)).for('update')
  return openOne(tx, vault, row)
}

/** @returns false when the address has an account already */
export const insertPerson = async (tx: Tx, vault: Vault, row: Omit<PersonRow, 'closedAt'>): Promise<boolean> => {
  const { email, name, ...plain } = row
  const made = await tx
    .insert(person)
    .values({
      ...plain,
      lastActiveAt: row.createdAt,
      sealedEmail: await vault.sealFor(row.id, { table, column: 'sealed_email', row: row.id }, email),
      emailIndex: emailIndex(vault, email),
      sealedName: await sealName(vault, row.id, name),
    })
    .onConflictDoNothing()
    .returning({ id: person.id })
  return made.length > 0
}

export const updateName = async (tx: Tx, vault: Vault, personId: string, name: string): Promise<void> => {
  const sealedName = await sealName(vault, personId, name)
  await tx.update(person).set({ sealedName }).where(eq(person.id, personId))
}

export const noteActivity = async (tx: Tx, personId: string, at: Date): Promise<void> => {
  await tx.update(person).set({ lastActiveAt: at, idleWarnedAt: null }).where(eq(person.id, personId))
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
