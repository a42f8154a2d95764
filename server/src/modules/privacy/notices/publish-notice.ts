import { and, eq, isNull } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { notice, noticeRecipient } from './tables.ts'

export type NoticeKind = typeof notice.$inferSelect.kind

export interface NoticeText {
  readonly kind: NoticeKind
  readonly subject: string
  /** Plain text. */
  readonly body: string
}

export const deliverNoticeJob = 'deliver-notice'

export const enqueueDelivery = (tx: Tx, noticeId: string): Promise<void> =>
  enqueue(tx, deliverNoticeJob, { id: noticeId }, { key: `${deliverNoticeJob}:${noticeId}` })

/** Has every account told, by mail and in the console, once the transaction commits. @returns its id */
export const publishNotice = async (
  tx: Tx,
  clock: Clock,
  { kind, subject, body, createdBy }: NoticeText & { readonly createdBy: string | null },
): Promise<string> => {
  const id = newId('ntc', clock)
  await tx.insert(notice).values({ id, kind, subject, body, createdBy, createdAt: clock.now() })
  await recordDecision(tx, clock, { gate: 'notice', decision: 'allowed', rule: `notice(${kind})` })
  await enqueueDelivery(tx, id)
  return id
}

/** From here on the period of who was told counts. */
export const endNotice = async (tx: Tx, id: string, now: Date): Promise<void> => {
  await tx
    .update(noticeRecipient)
    .set({ overAt: now })
    .where(and(eq(noticeRecipient.noticeId, id), isNull(noticeRecipient.overAt)))
}
