import { and, desc, eq, gt, gte, ne, or } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { passwordReset, person } from '../tables.ts'
import { emailChange, formerAddress } from './address-tables.ts'
import { emailIndex } from './email.ts'

type StoredRow = typeof emailChange.$inferSelect

/** A change of address with what is sealed opened. */
export type EmailChangeRow = Omit<
  StoredRow,
  'sealedNewEmail' | 'sealedOldEmail' | 'newEmailIndex' | 'oldEmailIndex'
> & {
  readonly newEmail: string
  readonly oldEmail: string
}

const table = 'email_change'

const openOne = async (tx: Tx, vault: Vault, row: StoredRow | undefined): Promise<EmailChangeRow | undefined> => {
  const [opened] = await openRows(tx, vault, table, row === undefined ? [] : [row], (one) => ({
    subject: one.personId,
    row: one.id,
    fields: { newEmail: ['sealed_new_email', one.sealedNewEmail], oldEmail: ['sealed_old_email', one.sealedOldEmail] },
  }))
  if (opened === undefined) return undefined
  const { sealedNewEmail: _new, sealedOldEmail: _old, newEmailIndex: _n, oldEmailIndex: _o, ...rest } = opened.row
  return { ...rest, ...opened.plain }
}

type Asked = Pick<EmailChangeRow, 'id' | 'personId' | 'tokenHash' | 'createdAt' | 'expiresAt' | 'newEmail' | 'oldEmail'>

/** Writes a change that waits for its link; an earlier one that waits is forgotten. */
export const insertEmailChange = async (tx: Tx, vault: Vault, { newEmail, oldEmail, ...row }: Asked): Promise<void> => {
  await forgetAsked(tx, row.personId)
  const seal = (column: string, text: string) => vault.sealFor(row.personId, { table, column, row: row.id }, text)
  await tx.insert(emailChange).values({
    ...row,
    state: 'asked',
    sealedNewEmail: await seal('sealed_new_email', newEmail),
    newEmailIndex: emailIndex(vault, newEmail),
    sealedOldEmail: await seal('sealed_old_email', oldEmail),
    oldEmailIndex: emailIndex(vault, oldEmail),
  })
}

export const forgetAsked = async (tx: Tx, personId: string): Promise<void> => {
  await tx.delete(emailChange).where(and(eq(emailChange.personId, personId), eq(emailChange.state, 'asked')))
}

/** Of an address that somebody just proved to be theirs: nobody else's wish for it lives on. */
export const forgetWishesFor = async (tx: Tx, vault: Vault, email: string): Promise<void> => {
  const wish = and(eq(emailChange.newEmailIndex, emailIndex(vault, email)), eq(emailChange.state, 'asked'))
  await tx.delete(emailChange).where(wish)
}

/** The change of a link to the new address, locked; its link works once. */
export const lockAsked = async (
  tx: Tx,
  vault: Vault,
  tokenHash: string,
  now: Date,
): Promise<EmailChangeRow | undefined> => {
  const waiting = and(eq(emailChange.state, 'asked'), gt(emailChange.expiresAt, now))
  const [row] = await tx
    .select()
    .from(emailChange)
    .where(and(eq(emailChange.tokenHash, tokenHash), waiting))
    .for('update')
  return openOne(tx, vault, row)
}

/** The change of a link to the old address, locked. */
export const lockUndoable = async (
  tx: Tx,
  vault: Vault,
  undoTokenHash: string,
  now: Date,
): Promise<EmailChangeRow | undefined> => {
  const open = and(eq(emailChange.state, 'confirmed'), gt(emailChange.undoUntil, now))
  const [row] = await tx
    .select()
    .from(emailChange)
    .where(and(eq(emailChange.undoTokenHash, undoTokenHash), open))
    .for('update')
  return openOne(tx, vault, row)
}

export const markConfirmed = async (
  tx: Tx,
  id: string,
  changes: { readonly confirmedAt: Date; readonly undoUntil: Date; readonly undoTokenHash: string },
): Promise<void> => {
  await tx
    .update(emailChange)
    .set({ state: 'confirmed', ...changes })
    .where(eq(emailChange.id, id))
}

/** This change and every later one of its person: whoever made it may have gone on. */
export const markUndone = async (tx: Tx, row: Pick<EmailChangeRow, 'personId' | 'createdAt'>): Promise<void> => {
  await forgetAsked(tx, row.personId)
  await tx
    .update(emailChange)
    .set({ state: 'undone', undoUntil: null, undoTokenHash: null })
    .where(
      and(
        eq(emailChange.personId, row.personId),
        eq(emailChange.state, 'confirmed'),
        gte(emailChange.createdAt, row.createdAt),
      ),
    )
}

/** The newest change of a person that waits or can be taken back. */
export const findOpenChanges = async (tx: Tx, vault: Vault, personId: string, now: Date): Promise<EmailChangeRow[]> => {
  const waits = and(eq(emailChange.state, 'asked'), gt(emailChange.expiresAt, now))
  const open = or(waits, and(eq(emailChange.state, 'confirmed'), gt(emailChange.undoUntil, now)))
  const rows = await tx
    .select()
    .from(emailChange)
    .where(and(eq(emailChange.personId, personId), open))
    .orderBy(desc(emailChange.createdAt))
  const opened = await Promise.all(rows.map((row) => openOne(tx, vault, row)))
  return opened.filter((row) => row !== undefined)
}

/** Whether a former owner of an address may still take it back; nobody else can have it until then. */
export const isReserved = async (
  tx: Tx,
  vault: Vault,
  email: string,
  of: { readonly now: Date; readonly exceptFor?: string },
): Promise<boolean> => {
  const others = of.exceptFor === undefined ? undefined : ne(emailChange.personId, of.exceptFor)
  const kept = and(eq(emailChange.oldEmailIndex, emailIndex(vault, email)), gt(emailChange.undoUntil, of.now))
  return (await tx.$count(emailChange, and(eq(emailChange.state, 'confirmed'), kept, others))) > 0
}

const isUniqueViolation = (error: unknown): boolean => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  return code === '23505' || (cause !== undefined && isUniqueViolation(cause))
}

/**
 * Gives a person another address, which was verified.
 * @returns false when somebody else has it
 */
export const updateEmail = async (
  tx: Tx,
  vault: Vault,
  personId: string,
  to: { readonly email: string; readonly verifiedAt: Date },
): Promise<boolean> => {
  const sealedEmail = await vault.sealFor(
    personId,
    { table: 'person', column: 'sealed_email', row: personId },
    to.email,
  )
  const changes = { sealedEmail, emailIndex: emailIndex(vault, to.email), emailVerifiedAt: to.verifiedAt }
  try {
    await tx.transaction((inner) => inner.update(person).set(changes).where(eq(person.id, personId)))
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Links to a mailbox that is no longer theirs must not set a password. */
export const deletePasswordResets = async (tx: Tx, personId: string): Promise<void> => {
  await tx.delete(passwordReset).where(eq(passwordReset.personId, personId))
}

export const insertFormerAddress = async (tx: Tx, row: typeof formerAddress.$inferSelect): Promise<void> => {
  await tx.insert(formerAddress).values(row)
}

/** Addresses that a person had before, each until when. */
export const listFormerAddresses = async (tx: Tx, personId: string): Promise<{ index: string; until: string }[]> => {
  const rows = await tx.select().from(formerAddress).where(eq(formerAddress.personId, personId))
  return rows.map((row) => ({ index: row.emailIndex, until: row.hadUntil.toISOString() }))
}
