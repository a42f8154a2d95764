import { sql } from 'drizzle-orm'
import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** `ended_at`: when it was revoked or ran out, from which its own retention counts. */
export const apiKey = table(
  'api_key',
  {
    module: 'identity',
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'created_by', of: 'person' },
      { column: 'project_id', through: 'project' },
    ],
    retention: { class: 'credentials', from: 'ended_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'account.credentials'),
    projectId: col(text('project_id').notNull(), 'account.organisation'),
    kind: col(text('kind').$type<'api' | 'playground'>().notNull(), 'account.credentials'),
    organisationId: col(text('organisation_id').notNull(), 'account.organisation'),
    sealedName: col(bytes('sealed_name').notNull(), {
      category: 'account.credentials',
      sealedFor: 'organisation_id',
      corrected: 'keys.update',
    }),
    prefix: col(text('prefix').notNull(), 'account.credentials'),
    secretHash: col(text('secret_hash').notNull(), 'account.credentials'),
    allowedModels: col(text('allowed_models').array(), 'account.credentials'),
    requestsPerMinute: col(integer('requests_per_minute'), 'account.credentials'),
    tokensPerMinute: col(integer('tokens_per_minute'), 'account.credentials'),
    concurrentRequests: col(integer('concurrent_requests'), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    createdBy: col(text('created_by'), { category: 'account.identity', subject: 'user', erasure: 'pseudonymise' }),
    expiresAt: col(time('expires_at'), 'account.credentials'),
    lastUsedAt: col(time('last_used_at'), 'account.credentials'),
    revokedAt: col(time('revoked_at'), 'account.credentials'),
    replacedBy: col(text('replaced_by'), 'account.credentials'),
    endedAt: col(time('ended_at').generatedAlwaysAs(sql`least(revoked_at, expires_at)`), 'account.credentials'),
  },
)
