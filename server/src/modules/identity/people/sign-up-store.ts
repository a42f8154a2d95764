import { and, desc, eq, gt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { signUp } from '../tables.ts'

export type SignUpRow = typeof signUp.$inferSelect

export const insertSignUp = async (tx: Tx, row: SignUpRow): Promise<void> => {
  await tx.insert(signUp).values(row)
}

/** The newest sign-up of an address that still waits for its link. */
export const findLatestSignUp = async (tx: Tx, email: string, now: Date): Promise<SignUpRow | undefined> => {
  const [row] = await tx
    .select()
    .from(signUp)
    .where(and(eq(signUp.email, email), gt(signUp.expiresAt, now)))
    .orderBy(desc(signUp.createdAt), desc(signUp.id))
    .limit(1)
  return row
}

/** Takes the sign-up of a link: it works once. */
export const takeSignUp = async (tx: Tx, tokenHash: string, now: Date): Promise<SignUpRow | undefined> => {
  const [row] = await tx
    .delete(signUp)
    .where(and(eq(signUp.tokenHash, tokenHash), gt(signUp.expiresAt, now)))
    .returning()
  return row
}

export const deleteSignUps = async (tx: Tx, email: string): Promise<void> => {
  await tx.delete(signUp).where(eq(signUp.email, email))
}
