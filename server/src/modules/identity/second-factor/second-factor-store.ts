import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { backupCode, secondFactor } from '../tables.ts'

export type SecondFactorRow = typeof secondFactor.$inferSelect

/** @param lock keeps others from using a code at the same time until the transaction ends */
export const findSecondFactor = async (
  tx: Tx,
  personId: string,
  lock = false,
): Promise<SecondFactorRow | undefined> => {
  const query = tx.select().from(secondFactor).where(eq(secondFactor.personId, personId))
  const [row] = await (lock ? query.for('update') : query)
  return row
}

/** Whether two-step sign-in is set up, confirmed by a first code. */
export const hasSecondFactor = async (tx: Tx, personId: string): Promise<boolean> => {
  const row = await findSecondFactor(tx, personId)
  return row?.confirmedAt != null
}

/** Replaces what was begun but not confirmed. @returns whether it could: not when one is confirmed */
export const beginSecondFactor = async (
  tx: Tx,
  row: Pick<SecondFactorRow, 'personId' | 'sealedSecret' | 'createdAt'>,
  codeHashes: readonly string[],
): Promise<boolean> => {
  const { personId, sealedSecret, createdAt } = row
  const written = await tx
    .insert(secondFactor)
    .values({ ...row, lastStep: 0, confirmedAt: null })
    .onConflictDoUpdate({
      target: secondFactor.personId,
      set: { sealedSecret, createdAt, lastStep: 0 },
      setWhere: isNull(secondFactor.confirmedAt),
    })
    .returning({ personId: secondFactor.personId })
  if (written.length === 0) return false
  await tx.delete(backupCode).where(eq(backupCode.personId, personId))
  await tx.insert(backupCode).values(codeHashes.map((codeHash) => ({ codeHash, personId, createdAt, usedAt: null })))
  return true
}

export const confirmSecondFactor = async (tx: Tx, personId: string, step: number, now: Date): Promise<void> => {
  await tx
    .update(secondFactor)
    .set({ confirmedAt: now, lastStep: step })
    .where(and(eq(secondFactor.personId, personId), isNull(secondFactor.confirmedAt)))
}

/** Remembers the step of an accepted code. @returns false when a code of that step or a later one was used before */
export const advanceStep = async (tx: Tx, personId: string, step: number): Promise<boolean> => {
  const done = await tx
    .update(secondFactor)
    .set({ lastStep: step })
    .where(
      and(eq(secondFactor.personId, personId), lt(secondFactor.lastStep, step), isNotNull(secondFactor.confirmedAt)),
    )
    .returning({ personId: secondFactor.personId })
  return done.length > 0
}

/** @returns whether there was such a code, unused until now */
export const useBackupCode = async (tx: Tx, personId: string, codeHash: string, now: Date): Promise<boolean> => {
  const used = await tx
    .update(backupCode)
    .set({ usedAt: now })
    .where(and(eq(backupCode.codeHash, codeHash), eq(backupCode.personId, personId), isNull(backupCode.usedAt)))
    .returning({ codeHash: backupCode.codeHash })
  return used.length > 0
}

export const countBackupCodesLeft = async (tx: Tx, personId: string): Promise<number> =>
  tx.$count(backupCode, and(eq(backupCode.personId, personId), isNull(backupCode.usedAt)))

export const deleteSecondFactor = async (tx: Tx, personId: string): Promise<void> => {
  await tx.delete(backupCode).where(eq(backupCode.personId, personId))
  await tx.delete(secondFactor).where(eq(secondFactor.personId, personId))
}
