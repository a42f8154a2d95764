import { bigint, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from './table.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const system = { subject: 'none', purposes: ['provide'], erasure: 'none' } as const

export const schemaMigration = table(
  'schema_migration',
  { module: 'platform/db', ...system, retention: { class: 'system', with: 'schema_migration' } },
  {
    name: col(text('name').primaryKey(), 'system'),
    hash: col(text('hash').notNull(), 'system'),
    appliedAt: col(time('applied_at').notNull(), 'system'),
  },
)

/** First answers to requests with an Idempotency-Key. */
export const idempotency = table(
  'idempotency',
  {
    module: 'platform/http',
    subject: 'user',
    purposes: ['provide'],
    erasure: 'delete',
    retention: { class: 'session', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), { category: 'system', note: 'hash of caller, endpoint and key' }),
    requestHash: col(text('request_hash').notNull(), 'system'),
    personId: col(text('person_id'), 'account.identity'),
    response: col(jsonb('response'), {
      category: 'account.organisation',
      note: 'the first answer, without what is shown once',
    }),
    createdAt: col(time('created_at').notNull(), 'system'),
  },
)

/** Decisions of the gates: enums, counters and times only, never personal data. */
export const evidenceLeaf = table(
  'evidence_leaf',
  {
    module: 'platform/evidence',
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'evidence', from: 'at' },
  },
  {
    sequence: col(bigint('sequence', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(), 'system'),
    at: col(time('at').notNull(), 'system'),
    gate: col(text('gate').notNull(), 'system'),
    decision: col(text('decision').notNull(), 'system'),
    rule: col(text('rule'), 'system'),
    counted: col(bigint('counted', { mode: 'number' }), 'system'),
  },
)

/** Runs of the retention gate, one row a table. */
export const retentionRun = table(
  'retention_run',
  { module: 'platform/gates', ...system, retention: { class: 'evidence', from: 'started_at' } },
  {
    id: col(text('id').primaryKey(), 'system'),
    retentionClass: col(text('retention_class').notNull(), 'system'),
    tableName: col(text('table_name').notNull(), 'system'),
    period: col(text('period').notNull(), 'system'),
    startedAt: col(time('started_at').notNull(), 'system'),
    finishedAt: col(time('finished_at').notNull(), 'system'),
    looked: col(integer('looked').notNull(), 'system'),
    removed: col(integer('removed').notNull(), 'system'),
    explanation: col(text('explanation').notNull(), 'system'),
  },
)

/** Mail written to people: the outbox. */
export const mailOutbox = table(
  'mail_outbox',
  {
    module: 'platform/mail',
    subject: 'user',
    purposes: ['communicate'],
    erasure: 'delete',
    retention: { class: 'mail', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    recipient: col(text('recipient').notNull(), 'account.contact'),
    kind: col(text('kind').notNull(), 'system'),
    subject: col(text('subject').notNull(), 'correspondence'),
    text: col(text('text').notNull(), 'correspondence'),
    links: col(jsonb('links').$type<string[]>().notNull(), 'correspondence'),
    state: col(text('state').$type<'held' | 'queued' | 'sent' | 'failed'>().notNull(), 'system'),
    reason: col(text('reason'), { category: 'technical.log', purposes: ['support'] }),
    createdAt: col(time('created_at').notNull(), 'system'),
    sentAt: col(time('sent_at'), 'system'),
  },
)

export const platformTables = [schemaMigration, idempotency, evidenceLeaf, retentionRun, mailOutbox]
