import type { Category } from '@avow/policy'
import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../db/index.ts'
import type { ApprovalKind } from './judge-training.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'consent.record', opaque: true } as const
const by = { ...fact, erasure: 'pseudonymise' } as const

/** Opt-ins and written approvals to train. A row is never changed, save that it is withdrawn: the database sees to it. */
export const trainingApproval = table(
  'training_approval',
  {
    module: 'platform/gates',
    subject: 'organisation',
    purposes: ['account', 'legal'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'given_by', of: 'person' },
      { column: 'recorded_by', of: 'person' },
      { column: 'withdrawn_by', of: 'person' },
      { column: 'revoked_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'ends_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    organisationId: col(text('organisation_id').notNull(), fact),
    projectId: col(text('project_id'), { ...fact, note: 'null: every project' }),
    kind: col(text('kind').$type<ApprovalKind>().notNull(), fact),
    content: col(text('content').array().$type<Category[]>().notNull(), fact),
    givenAt: col(time('given_at').notNull(), fact),
    until: col(time('until'), fact),
    policy: col(text('policy').notNull(), fact),
    policyVersion: col(text('policy_version').notNull(), fact),
    sealedDetails: col(bytes('sealed_details').notNull(), {
      category: 'consent.record',
      sealedFor: 'organisation_id',
      corrected: 'record',
      note: 'what was agreed to in words, the signed document, and the salt of the commitment in the evidence log',
    }),
    commitment: col(text('commitment').notNull(), fact),
    givenBy: col(text('given_by'), { ...by, note: 'the owner who opted in' }),
    recordedBy: col(text('recorded_by'), { ...by, subject: 'staff', note: 'the officer who wrote it down' }),
    withdrawnAt: col(time('withdrawn_at'), fact),
    withdrawnBy: col(text('withdrawn_by'), by),
    revokedBy: col(text('revoked_by'), { ...by, subject: 'staff', note: 'the officer who ended it' }),
    endsAt: col(time('ends_at'), { ...fact, note: 'the earlier of its end and its withdrawal' }),
  },
)
