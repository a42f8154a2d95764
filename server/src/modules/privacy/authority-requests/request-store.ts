import { and, desc, eq, isNotNull } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { type Cursor, Refusal } from '../../../platform/http/index.ts'
import type { AuthorityRequests, RequestDetails } from './authority-requests.ts'
import { authorityRequest } from './tables.ts'

export type RequestRow = typeof authorityRequest.$inferSelect

/** A request with what is sealed of it. */
export interface AuthorityRequest {
  readonly row: RequestRow
  readonly details: RequestDetails
}

const placeOf = (row: string) => ({ table: 'authority_request', column: 'sealed_details', row })

export const sealDetails = ({ vault }: Pick<AuthorityRequests, 'vault'>, id: string, details: RequestDetails) =>
  vault.sealFor(id, placeOf(id), JSON.stringify(details))

const open = async (
  tx: Tx,
  { vault }: Pick<AuthorityRequests, 'vault'>,
  rows: readonly RequestRow[],
): Promise<AuthorityRequest[]> => {
  const sealed = rows.map((row) => ({ subject: row.id, place: placeOf(row.id), sealed: row.sealedDetails }))
  const opened = await vault.openMany(tx, sealed)
  return rows.flatMap((row, index) => {
    const plain = opened[index]
    return typeof plain === 'string' ? [{ row, details: JSON.parse(plain) as RequestDetails }] : []
  })
}

export const insertRequest = async (
  deps: Pick<AuthorityRequests, 'vault'>,
  tx: Tx,
  values: Omit<typeof authorityRequest.$inferInsert, 'sealedDetails'>,
  details: RequestDetails,
): Promise<AuthorityRequest> => {
  const sealedDetails = await sealDetails(deps, values.id, details)
  const [row] = await tx
    .insert(authorityRequest)
    .values({ ...values, sealedDetails })
    .returning()
  if (row === undefined) throw new Error('a request of an authority was not written')
  return { row, details }
}

/** Held against change until the transaction ends. @throws Refusal not_found */
export const lockRequest = async (
  deps: Pick<AuthorityRequests, 'vault'>,
  tx: Tx,
  id: string,
): Promise<AuthorityRequest> => {
  const rows = await tx.select().from(authorityRequest).where(eq(authorityRequest.id, id)).for('update')
  const [found] = await open(tx, deps, rows)
  if (found === undefined) throw new Refusal('not_found')
  return found
}

export const changeRequest = async (
  deps: Pick<AuthorityRequests, 'vault'>,
  tx: Tx,
  { row, details }: AuthorityRequest,
  changes: Partial<RequestRow>,
  said: Partial<RequestDetails> = {},
): Promise<AuthorityRequest> => {
  const after = { ...details, ...said }
  const sealedDetails = await sealDetails(deps, row.id, after)
  const set = { ...changes, sealedDetails }
  const [changed] = await tx.update(authorityRequest).set(set).where(eq(authorityRequest.id, row.id)).returning()
  if (changed === undefined) throw new Refusal('not_found')
  return { row: changed, details: after }
}

/** Newest first, one more than the limit. */
export const listRequests = async (
  deps: Pick<AuthorityRequests, 'vault'>,
  tx: Tx,
  page: { limit: number; after: Cursor | undefined; state?: RequestRow['state'] | undefined },
): Promise<AuthorityRequest[]> => {
  const { state, after, limit } = page
  const rows = await tx
    .select()
    .from(authorityRequest)
    .where(
      and(
        state === undefined ? undefined : eq(authorityRequest.state, state),
        olderThan(authorityRequest.recordedAt, authorityRequest.id, after),
      ),
    )
    .orderBy(desc(authorityRequest.recordedAt), desc(authorityRequest.id))
    .limit(limit + 1)
  return open(tx, deps, rows)
}

/** Those of which the subject was told, newest first. */
export const listTold = async (
  deps: Pick<AuthorityRequests, 'vault'>,
  tx: Tx,
  subjectId: string,
): Promise<AuthorityRequest[]> => {
  const theirs = and(eq(authorityRequest.subjectId, subjectId), isNotNull(authorityRequest.toldAt))
  const rows = await tx.select().from(authorityRequest).where(theirs).orderBy(desc(authorityRequest.recordedAt))
  return open(tx, deps, rows)
}
