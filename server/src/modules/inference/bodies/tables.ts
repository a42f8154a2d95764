import { boolean, customType, integer, smallint, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import type { UsageOutcome } from '../../billing/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const own = { category: 'account.organisation', opaque: true } as const
/** What is known of a body belongs to it: ids, words of ours and figures. */
const about = { category: 'content.inference', opaque: true } as const

/** What projects say about keeping bodies. A restore does not bring back what one said before. */
export const bodyKeeping = table(
  'body_keeping',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['provide', 'account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'changed_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'project' },
    restore: 'newest',
  },
  {
    projectId: col(text('project_id').primaryKey(), own),
    organisationId: col(text('organisation_id').notNull(), own),
    keep: col(boolean('keep').notNull(), own),
    period: col(text('period'), own),
    changedBy: col(text('changed_by'), {
      category: 'account.identity',
      subject: 'user',
      erasure: 'pseudonymise',
      purposes: ['account'],
    }),
    changedAt: col(time('changed_at').notNull(), own),
  },
)

/** Bodies that projects keep. In no backup: what was deleted here is nowhere else. */
export const keptCall = table(
  'kept_call',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['provide'],
    erasure: 'delete',
    subjectBy: [{ column: 'organisation_id', of: 'organisation' }],
    retention: { class: 'inference.body', from: 'at', partitioned: 'day', sooner: 'due_at' },
    restore: 'never',
    onlyIfHeld: true,
  },
  {
    id: col(text('id').notNull(), { ...about, note: 'the request id that the caller got' }),
    at: col(time('at').notNull(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    projectId: col(text('project_id').notNull(), about),
    keyId: col(text('key_id').notNull(), about),
    model: col(text('model').notNull(), about),
    operation: col(text('operation').$type<KeptOperation>().notNull(), about),
    stream: col(boolean('stream').notNull(), about),
    outcome: col(text('outcome').$type<UsageOutcome>().notNull(), about),
    status: col(smallint('status').notNull(), about),
    durationMs: col(integer('duration_ms').notNull(), about),
    promptTokens: col(integer('prompt_tokens').notNull(), about),
    completionTokens: col(integer('completion_tokens').notNull(), about),
    requestBytes: col(integer('request_bytes').notNull(), about),
    responseBytes: col(integer('response_bytes').notNull(), about),
    isCut: col(boolean('is_cut').notNull(), { ...about, note: 'more was sent than is kept' }),
    sealedBodies: col(bytes('sealed_bodies').notNull(), {
      category: 'content.inference',
      sealedFor: 'organisation_id',
      corrected: 'record',
      note: 'what was asked and what was answered, as JSON',
    }),
    dueAt: col(time('due_at'), { ...about, note: 'when it ends sooner than by the policy, as its project wants it' }),
  },
)

export type KeptOperation = 'chat.completions' | 'completions' | 'embeddings' | 'responses'

export const bodyTables = [bodyKeeping, keptCall]
