import type { authorityRequestStates, silenceGrounds } from '@avow/contract'
import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'rights.request', opaque: true } as const
const staff = { category: 'rights.request', subject: 'staff', erasure: 'pseudonymise' } as const

/** Requests of authorities: law keeps who asked for whose data and what was answered. */
export const authorityRequest = table(
  'authority_request',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'keep',
    subjectBy: [
      { column: 'subject_id', of: 'person' },
      { column: 'subject_id', of: 'organisation' },
      { column: 'recorded_by', of: 'person' },
      { column: 'prepared_by', of: 'person' },
      { column: 'reviewed_by', of: 'person' },
      { column: 'handed_out_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'closed_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    state: col(text('state').$type<(typeof authorityRequestStates)[number]>().notNull(), fact),
    subjectKind: col(text('subject_kind').$type<'person' | 'organisation'>().notNull(), fact),
    subjectId: col(text('subject_id').notNull(), {
      category: 'rights.request',
      note: 'law keeps whose data was asked for',
    }),
    asked: col(text('asked').array().notNull(), fact),
    proposed: col(text('proposed').array(), fact),
    approved: col(text('approved').array(), fact),
    receivedAt: col(time('received_at').notNull(), fact),
    dueAt: col(time('due_at'), fact),
    recordedBy: col(text('recorded_by'), staff),
    recordedAt: col(time('recorded_at').notNull(), fact),
    preparedBy: col(text('prepared_by'), staff),
    preparedAt: col(time('prepared_at'), fact),
    reviewedBy: col(text('reviewed_by'), staff),
    reviewedAt: col(time('reviewed_at'), fact),
    decision: col(text('decision').$type<'approved' | 'narrowed' | 'refused'>(), fact),
    toldAt: col(time('told_at'), fact),
    silenceGround: col(text('silence_ground').$type<(typeof silenceGrounds)[number]>(), fact),
    silenceReviewAt: col(time('silence_review_at'), fact),
    handedOutAt: col(time('handed_out_at'), fact),
    handedOutBy: col(text('handed_out_by'), staff),
    packageSha256: col(text('package_sha256'), fact),
    closedAt: col(time('closed_at'), fact),
    sealedDetails: col(bytes('sealed_details').notNull(), {
      category: 'rights.request',
      sealedFor: 'id',
      note: 'authority, legal basis, reference, notes and reasons; may have to stay confidential',
    }),
  },
)
