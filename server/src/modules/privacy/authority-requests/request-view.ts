import type { authorityRequestView, toldAuthorityRequestView } from '@avow/contract'
import type { z } from 'zod'
import type { AuthorityRequest } from './request-store.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

const viewSilence = ({ row, details }: AuthorityRequest, now: Date): z.input<typeof authorityRequestView>['silence'] =>
  row.silenceGround === null || row.silenceReviewAt === null
    ? null
    : {
        ground: row.silenceGround,
        reason: details.silenceReason,
        reviewAt: row.silenceReviewAt.toISOString(),
        overdue: row.toldAt === null && row.silenceReviewAt <= now,
      }

export const viewRequest = (of: AuthorityRequest, now: Date): z.input<typeof authorityRequestView> => {
  const { row, details } = of
  const { authority, legalBasis, reference, preparedNote, decisionReason } = details
  const isAnswered = row.handedOutAt !== null || row.decision === 'refused'
  return {
    id: row.id,
    state: row.state,
    authority,
    country: details.country ?? null,
    safeguard: details.safeguard ?? null,
    legalBasis,
    reference,
    subjectKind: row.subjectKind,
    subjectId: row.subjectId,
    asked: row.asked,
    proposed: row.proposed,
    approved: row.approved,
    receivedAt: row.receivedAt.toISOString(),
    dueAt: iso(row.dueAt),
    overdue: !isAnswered && row.dueAt !== null && row.dueAt <= now,
    recordedBy: row.recordedBy,
    preparedBy: row.preparedBy,
    preparedAt: iso(row.preparedAt),
    preparedNote,
    reviewedBy: row.reviewedBy,
    reviewedAt: iso(row.reviewedAt),
    decision: row.decision,
    decisionReason,
    toldAt: iso(row.toldAt),
    silence: viewSilence(of, now),
    handedOutAt: iso(row.handedOutAt),
    handedOutBy: row.handedOutBy,
    packageSha256: row.packageSha256,
    closedAt: iso(row.closedAt),
  }
}

const outcomeOf = ({ row }: AuthorityRequest): z.input<typeof toldAuthorityRequestView>['outcome'] => {
  if (row.handedOutAt !== null) return 'handed out'
  if (row.decision === null) return 'under review'
  return row.decision === 'refused' ? 'refused' : 'approved'
}

/** @param of a request of which the customer was told at `toldAt` */
export const viewTold = (of: AuthorityRequest, toldAt: Date): z.input<typeof toldAuthorityRequestView> => ({
  id: of.row.id,
  authority: of.details.authority,
  legalBasis: of.details.legalBasis,
  outcome: outcomeOf(of),
  categories: of.row.approved ?? of.row.asked,
  receivedAt: of.row.receivedAt.toISOString(),
  toldAt: toldAt.toISOString(),
  handedOutAt: iso(of.row.handedOutAt),
})
