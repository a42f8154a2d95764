import type { rightsRequestDetail, rightsRequestView } from '@avow/contract'
import { addDuration, type Duration, parseDuration } from '@avow/policy'
import type { z } from 'zod'
import type { RequestRow } from './request-store.ts'
import { openWords } from './request-words.ts'
import type { Rights } from './rights.ts'

export type Right = 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'appeal'

/** Under which right a kind of request is answered. */
export const rightOf = (kind: RequestRow['kind']): Right => (kind === 'export' ? 'portability' : kind)

const ownDeadline = parseDuration('P30D') as Duration

/** By when the policy promises an answer; thirty days where it says nothing. */
export const deadlineOf = ({ policy }: Pick<Rights, 'policy'>, right: Right, askedAt: Date): Date => {
  const text = policy.source.rights[right]?.deadline
  return addDuration(askedAt, (text === undefined ? null : parseDuration(text)) ?? ownDeadline)
}

export const isOverdue = (row: Pick<RequestRow, 'state' | 'dueAt'>, now: Date): boolean =>
  row.dueAt < now && (row.state === 'waiting' || row.state === 'running')

export const viewRequest = (row: RequestRow, now: Date): z.input<typeof rightsRequestView> => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  askedAt: row.askedAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  startsAt: row.startsAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  overdue: isOverdue(row, now),
  removed: row.removed,
  emptied: row.emptied,
  verified: row.verified,
  extended: row.extendedAt !== null,
  denialGround: row.denialGround,
  appealOf: row.appealOf,
  appealed: row.appealedAt !== null,
  appealGrantedAt: row.appealGrantedAt?.toISOString() ?? null,
  closedBecause: row.closedBecause,
})

/** With its words opened. */
export const viewDetail = async (
  rights: Pick<Rights, 'vault' | 'database'>,
  row: RequestRow,
  now: Date,
): Promise<z.input<typeof rightsRequestDetail>> => ({
  ...viewRequest(row, now),
  ...(await openWords(rights, row)),
  appealPath: mayAppeal(row) ? `/api/v1/me/requests/${row.id}/appeal` : null,
})

/** What was refused can be appealed against once; the answer to an appeal is the last word here. */
export const mayAppeal = (row: RequestRow): boolean =>
  row.state === 'denied' && row.kind !== 'appeal' && row.appealedAt === null

/** As officers see it. */
export const officerFacts = ({ personId, handledBy }: RequestRow) => ({ personId, handledBy })
