import { asc, gt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { organisation, person } from '../tables.ts'

/** A person or an organisation, without anything that tells who they are. */
export interface BareSubject {
  readonly kind: 'person' | 'organisation'
  readonly id: string
  /** Keyed hash of a person's address; empty for an organisation. */
  readonly emailIndex: string
}

/** Everyone who is there, in bounded batches. */
export async function* everyone(tx: Tx, batchRows: number): AsyncGenerator<BareSubject[]> {
  for (let after = ''; ; ) {
    const rows = await tx
      .select({ id: person.id, emailIndex: person.emailIndex })
      .from(person)
      .where(gt(person.id, after))
      .orderBy(asc(person.id))
      .limit(batchRows)
    yield rows.map((row) => ({ kind: 'person' as const, ...row }))
    after = rows.at(-1)?.id ?? ''
    if (rows.length < batchRows) break
  }
  for (let after = ''; ; ) {
    const rows = await tx
      .select({ id: organisation.id })
      .from(organisation)
      .where(gt(organisation.id, after))
      .orderBy(asc(organisation.id))
      .limit(batchRows)
    yield rows.map((row) => ({ kind: 'organisation' as const, ...row, emailIndex: '' }))
    after = rows.at(-1)?.id ?? ''
    if (rows.length < batchRows) break
  }
}
