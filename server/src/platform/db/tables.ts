import { bigint, customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from './table.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
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
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'session', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), { category: 'system', note: 'hash of caller, endpoint and key' }),
    requestHash: col(text('request_hash').notNull(), 'system'),
    personId: col(text('person_id'), 'account.identity'),
    sealedResponse: col(bytes('sealed_response'), {
      category: 'account.organisation',
      sealedFor: 'person_id',
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
    treeIndex: col(bigint('tree_index', { mode: 'number' }), 'system'),
    commitment: col(text('commitment'), {
      category: 'system',
      note: 'a hash of whom it is about, with a salt that is not stored',
    }),
  },
)

const treeNote = {
  module: 'platform/evidence',
  subject: 'none',
  purposes: ['legal'],
  erasure: 'none',
  retention: { class: 'system', with: 'evidence_tile' },
} as const

/** Hashes of the evidence log. They stay when a leaf goes, so that later trees can still be checked against earlier ones. */
export const evidenceTile = table('evidence_tile', treeNote, {
  level: col(integer('level').notNull(), 'system'),
  index: col(bigint('index', { mode: 'number' }).notNull(), 'system'),
  hashes: col(bytes('hashes').notNull(), 'system'),
})

/** Signed heads of the evidence log. */
export const evidenceCheckpoint = table('evidence_checkpoint', treeNote, {
  size: col(bigint('size', { mode: 'number' }).primaryKey(), 'system'),
  note: col(text('note').notNull(), 'system'),
  at: col(time('at').notNull(), 'system'),
})

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

const holds = { category: 'rights.request', purposes: ['legal'] } as const

/** Legal holds: what retention and erasure must leave. */
export const legalHold = table(
  'legal_hold',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'keep',
    subjectBy: [
      { column: 'subject_id', of: 'person' },
      { column: 'placed_by', of: 'person' },
      { column: 'released_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'ended_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    scope: col(text('scope').$type<'person' | 'organisation' | 'everyone'>().notNull(), holds),
    subjectId: col(text('subject_id'), { ...holds, note: 'law keeps whose data had to stay' }),
    addresses: col(text('addresses').array().notNull(), {
      ...holds,
      note: 'keyed hashes of the addresses of the person on hold',
    }),
    categories: col(text('categories').array(), holds),
    ground: col(text('ground').notNull(), holds),
    reference: col(text('reference'), holds),
    placedBy: col(text('placed_by'), { ...holds, subject: 'staff', erasure: 'pseudonymise' }),
    placedAt: col(time('placed_at').notNull(), holds),
    beginsAt: col(time('begins_at').notNull(), holds),
    endedAt: col(time('ended_at'), holds),
    releasedBy: col(text('released_by'), { ...holds, subject: 'staff', erasure: 'pseudonymise' }),
  },
)

/** What was erased, as keyed hashes: written before anything is destroyed, replayed after a restore. */
export const erasureLedger = table(
  'erasure_ledger',
  {
    module: 'platform/gates',
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'evidence', from: 'at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    at: col(time('at').notNull(), 'system'),
    subjectKind: col(text('subject_kind').$type<'person' | 'organisation'>().notNull(), 'system'),
    subjectHash: col(text('subject_hash').notNull(), 'system'),
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
    subjectBy: [
      { column: 'recipient_index', of: 'address', since: 'created_at' },
      { column: 'about_person_id', of: 'person' },
    ],
    retention: { class: 'mail', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    about: col(text('about').notNull(), {
      category: 'account.contact',
      note: 'whose mail: a person, a sign-up or an invitation',
    }),
    aboutPersonId: col(text('about_person_id'), {
      category: 'correspondence',
      note: 'whom the text names besides the recipient',
    }),
    sealedRecipient: col(bytes('sealed_recipient').notNull(), { category: 'account.contact', sealedFor: 'about' }),
    recipientIndex: col(text('recipient_index').notNull(), {
      category: 'account.contact',
      note: 'keyed hash of the address in lower case',
    }),
    kind: col(text('kind').notNull(), 'system'),
    sealedMessage: col(bytes('sealed_message').notNull(), {
      category: 'correspondence',
      sealedFor: 'about',
      note: 'subject, text and links',
    }),
    state: col(text('state').$type<'held' | 'queued' | 'sent' | 'failed'>().notNull(), 'system'),
    reason: col(text('reason'), { category: 'technical.log', purposes: ['support'], opaque: true }),
    createdAt: col(time('created_at').notNull(), 'system'),
    sentAt: col(time('sent_at'), 'system'),
  },
)

export const platformTables = [
  schemaMigration,
  idempotency,
  evidenceLeaf,
  evidenceTile,
  evidenceCheckpoint,
  retentionRun,
  legalHold,
  erasureLedger,
  mailOutbox,
]
