import type { rightsRequestView } from '@avow/contract'
import { addDuration, type Duration, parseDuration } from '@avow/policy'
import type { z } from 'zod'
import type { RequestRow } from './request-store.ts'
import type { Rights } from './rights.ts'

type Right = 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection'

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
})
