import { integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const module = 'privacy'
const told = { category: 'correspondence', opaque: true } as const

/** Something that is told to every account: a version of the policy, a business transfer, an announcement. */
export const notice = table(
  'notice',
  {
    module,
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    subjectBy: [{ column: 'created_by', of: 'person' }],
    retention: { class: 'evidence', from: 'created_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    kind: col(text('kind').$type<'service' | 'marketing' | 'policy-change' | 'transfer'>().notNull(), 'system'),
    subject: col(text('subject').notNull(), { category: 'system', note: 'what the operator tells everyone' }),
    body: col(text('body').notNull(), { category: 'system', note: 'what the operator tells everyone' }),
    createdBy: col(text('created_by'), {
      category: 'security.log',
      subject: 'staff',
      erasure: 'pseudonymise',
      note: 'staff who wrote it; null: the server itself',
    }),
    createdAt: col(time('created_at').notNull(), 'system'),
    told: col(integer('told').notNull().default(0), 'system'),
    refused: col(integer('refused').notNull().default(0), 'system'),
    finishedAt: col(time('finished_at'), 'system'),
  },
)

/** Who was told; so that nobody is told twice, and so that the console shows it. */
export const noticeRecipient = table(
  'notice_recipient',
  {
    module,
    subject: 'user',
    purposes: ['communicate'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'mail', from: 'over_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    noticeId: col(text('notice_id').notNull(), told),
    personId: col(text('person_id').notNull(), 'correspondence'),
    outcome: col(text('outcome').$type<'told' | 'refused'>().notNull(), {
      ...told,
      note: 'refused: the mail gate did not let it go to them',
    }),
    toldAt: col(time('told_at').notNull(), told),
    dismissedAt: col(time('dismissed_at'), told),
    overAt: col(time('over_at'), told),
  },
)
