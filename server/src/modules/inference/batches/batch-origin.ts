import { eq } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { BatchRow } from './batch-store.ts'
import { batchOrigin } from './tables.ts'

type Of = Pick<BatchRow, 'id' | 'organisationId'>

const placeOf = (row: string) => ({ table: 'batch_origin', column: 'sealed_origin', row })

/** @param noted as `CallOrigins` notes whence a call comes */
export const keepOrigin = async (
  tx: Tx,
  vault: Pick<Vault, 'sealFor'>,
  { id, organisationId }: Of,
  noted: string,
): Promise<void> => {
  const sealedOrigin = await vault.sealFor(organisationId, placeOf(id), noted)
  await tx.insert(batchOrigin).values({ id, organisationId, sealedOrigin })
}

/** What the records of a batch's calls say of whence they came; null: nothing is kept of it. */
export const findOrigin = async (
  tx: Tx,
  vault: Pick<Vault, 'openFor'>,
  { id, organisationId }: Of,
): Promise<string | null> => {
  const [row] = await tx.select().from(batchOrigin).where(eq(batchOrigin.id, id))
  return row === undefined ? null : vault.openFor(tx, organisationId, placeOf(id), row.sealedOrigin)
}
