import { integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const own = { category: 'account.organisation', opaque: true } as const

/** What an organisation or a project may call in a minute, and at once. Limits of a key stand at the key. */
export const callLimit = table(
  'call_limit',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['provide', 'account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'changed_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
  },
  {
    coveredId: col(text('covered_id').primaryKey(), { ...own, note: 'the organisation, or one of its projects' }),
    organisationId: col(text('organisation_id').notNull(), own),
    projectId: col(text('project_id'), own),
    requestsPerMinute: col(integer('requests_per_minute'), own),
    tokensPerMinute: col(integer('tokens_per_minute'), own),
    concurrentRequests: col(integer('concurrent_requests'), own),
    changedBy: col(text('changed_by'), {
      category: 'account.identity',
      subject: 'user',
      erasure: 'pseudonymise',
      purposes: ['account'],
    }),
    changedAt: col(timestamp('changed_at', { withTimezone: true, mode: 'date' }).notNull(), own),
  },
)

export type CallLimitRow = typeof callLimit.$inferSelect
