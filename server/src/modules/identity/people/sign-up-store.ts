import { and, desc, eq, gt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { signUp } from '../tables.ts'
import { emailIndex } from './email.ts'

type StoredRow = typeof signUp.$inferSelect

/** A sign-up with what is sealed opened. It is a subject of its own: nobody is a person yet. */
export type SignUpRow = Omit<StoredRow, 'sealedEmail' | 'emailIndex' | 'sealedName'> & {
  readonly email: string
  readonly name: string
}

const table = 'sign_up'

const openOne = async (tx: Tx, vault: Vault, row: StoredRow | undefined): Promise<SignUpRow | undefined> => {
  const [opened] = await openRows(
    tx,
    vault,
    table,
    row === undefined ? [] : [row],
    ({ id, sealedEmail, sealedName }) => ({
      subject: id,
      row: id,
      fields: { email: ['sealed_email', sealedEmail], name: ['sealed_name', sealedName] },
    }),
  )
  if (opened === undefined) return undefined
  const { id, passwordHash, tokenHash, createdAt, expiresAt } = opened.row
  return { id, passwordHash, tokenHash, createdAt, expiresAt, ...opened.plain }
}

export const insertSignUp = async (tx: Tx, vault: Vault, row: SignUpRow): Promise<void> => {
  const { email, name, ...plain } = row
  const seal = (column: string, text: string) => vault.sealFor(row.id, { table, column, row: row.id }, text)
  await tx.insert(signUp).values({
    ...plain,
    sealedEmail: await seal('sealed_email', email),
    emailIndex: emailIndex(vault, email),
    sealedName: await seal('sealed_name', name),
  })
}

/** The newest sign-up of an address that still waits for its link. */
export const findLatestSignUp = async (
  tx: Tx,
  vault: Vault,
  email: string,
  now: Date,
): Promise<SignUpRow | undefined> => {
  const [row] = await tx
    .select()
    .from(signUp)
    .where(and(eq(signUp.emailIndex, emailIndex(vault, email)), gt(signUp.expiresAt, now)))
    .orderBy(desc(signUp.createdAt), desc(signUp.id))
    .limit(1)
  return openOne(tx, vault, row)
}

/** Takes the sign-up of a link: it works once. */
export const takeSignUp = async (
  tx: Tx,
  vault: Vault,
  tokenHash: string,
  now: Date,
): Promise<SignUpRow | undefined> => {
  const [row] = await tx
    .delete(signUp)
    .where(and(eq(signUp.tokenHash, tokenHash), gt(signUp.expiresAt, now)))
    .returning()
  return openOne(tx, vault, row)
}

export const deleteSignUps = async (tx: Tx, vault: Vault, email: string): Promise<void> => {
  await tx.delete(signUp).where(eq(signUp.emailIndex, emailIndex(vault, email)))
}
