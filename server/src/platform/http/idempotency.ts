import { createHash } from 'node:crypto'
import type { Endpoint } from '@avow/contract'
import { eq } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { idempotency } from '../db/tables.ts'
import { nobody, type Vault } from '../vault/index.ts'
import { Refusal } from './problem.ts'
import type { Caller } from './route.ts'

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex')

/**
 * Runs a creating request once for each Idempotency-Key of a caller; a repeat gets the first answer, without what is
 * shown once. The row is written in the request's transaction, so a request that failed leaves nothing behind.
 */
export const onceForKey = async (
  tx: Tx,
  { clock, vault }: { clock: Clock; vault: Pick<Vault, 'sealFor' | 'openFor'> },
  endpoint: Endpoint,
  caller: Caller | null,
  key: string,
  request: { params: unknown; body: unknown },
  work: () => Promise<unknown>,
): Promise<unknown> => {
  const id = digest(caller?.personId ?? '', endpoint.id, key)
  const subject = caller?.personId ?? nobody
  const place = { table: 'idempotency', column: 'sealed_response', row: id }
  const requestHash = digest(JSON.stringify([request.params, request.body]))
  const claimed = await tx
    .insert(idempotency)
    .values({ id, requestHash, personId: caller?.personId ?? null, sealedResponse: null, createdAt: clock.now() })
    .onConflictDoNothing()
    .returning({ id: idempotency.id })
  if (claimed.length === 0) {
    const [first] = await tx.select().from(idempotency).where(eq(idempotency.id, id))
    if (first === undefined || first.sealedResponse === null) throw new Refusal('idempotency_in_progress')
    if (first.requestHash !== requestHash) throw new Refusal('idempotency_mismatch')
    return JSON.parse(await vault.openFor(tx, subject, place, first.sealedResponse))
  }
  const response = await work()
  const hidden = Object.fromEntries((endpoint.shownOnce ?? []).map((field) => [field, null]))
  const shown = JSON.stringify({ ...(response as object), ...hidden })
  const sealedResponse = await vault.sealFor(subject, place, shown)
  await tx.update(idempotency).set({ sealedResponse }).where(eq(idempotency.id, id))
  return response
}
