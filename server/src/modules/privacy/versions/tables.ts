import type { PolicyChange, VersionChangeKind } from '@avow/policy'
import { bigint, boolean, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const module = 'privacy'

/** Versions of the policy: what the operator promised, and when. Nothing about a person. */
export const policyVersion = table(
  'policy_version',
  {
    module,
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'evidence', from: 'ended_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    policyName: col(text('policy_name').notNull(), 'system'),
    version: col(text('version').notNull(), 'system'),
    hash: col(text('hash').notNull(), 'system'),
    source: col(text('source').notNull(), { category: 'system', note: 'the policy file as it was published' }),
    via: col(text('via').$type<'file' | 'command'>().notNull(), 'system'),
    state: col(text('state').$type<'waiting' | 'in-force' | 'ended' | 'withdrawn'>().notNull(), 'system'),
    change: col(text('change').$type<VersionChangeKind | 'first'>().notNull(), 'system'),
    changes: col(jsonb('changes').$type<readonly PolicyChange[]>().notNull(), 'system'),
    publishedAt: col(time('published_at').notNull(), 'system'),
    notBefore: col(time('not_before').notNull(), 'system'),
    period: col(text('period'), 'system'),
    skippedMs: col(bigint('skipped_ms', { mode: 'number' }).notNull().default(0), 'system'),
    noticeId: col(text('notice_id'), 'system'),
    toNobody: col(boolean('to_nobody').notNull().default(false), {
      category: 'system',
      note: 'only staff were there when it was announced',
    }),
    inForceAt: col(time('in_force_at'), 'system'),
    endedAt: col(time('ended_at'), 'system'),
    early: col(text('early'), { category: 'system', note: 'why it took effect without its notice period' }),
  },
)

/** Who went on to use the service under which version of the policy, and from when. */
export const policyAcceptance = table(
  'policy_acceptance',
  {
    module,
    subject: 'user',
    purposes: ['legal'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'account', with: 'person' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), 'consent.record'),
    versionId: col(text('version_id').notNull(), { category: 'consent.record', opaque: true }),
    acceptedAt: col(time('accepted_at').notNull(), 'consent.record'),
  },
)
