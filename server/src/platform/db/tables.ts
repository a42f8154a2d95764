import type { RetentionClass } from '@avow/policy'
import { bigint, customType, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { consentRecord, subjectStanding } from './choice-tables.ts'
import { disclosure, sending } from './disclosure-tables.ts'
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
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), { category: 'system', note: 'hash of caller, endpoint and key' }),
    requestHash: col(text('request_hash').notNull(), 'system'),
    personId: col(text('person_id'), 'account.identity'),
    sealedResponse: col(bytes('sealed_response'), {
      category: 'account.organisation',
      sealedFor: 'person_id',
      corrected: 'record',
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
    restore: 'newest',
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
  restore: 'newest',
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
  { module: 'platform/gates', ...system, retention: { class: 'evidence', from: 'started_at' }, restore: 'newest' },
  {
    id: col(text('id').primaryKey(), 'system'),
    retentionClass: col(text('retention_class').notNull(), 'system'),
    tableName: col(text('table_name').notNull(), 'system'),
    period: col(text('period').notNull(), 'system'),
    startedAt: col(time('started_at').notNull(), 'system'),
    finishedAt: col(time('finished_at').notNull(), 'system'),
    /** Rows past their period; those that are young are not counted. */
    looked: col(integer('looked').notNull(), 'system'),
    held: col(integer('held').notNull().default(0), 'system'),
    effectiveAt: col(time('effective_at'), 'system'),
    nextDueAt: col(time('next_due_at'), 'system'),
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
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    scope: col(text('scope').$type<'person' | 'organisation' | 'everyone'>().notNull(), holds),
    subjectId: col(text('subject_id'), { ...holds, note: 'law keeps whose data had to stay' }),
    addresses: col(text('addresses').array().notNull(), {
      ...holds,
      note: 'keyed hashes of the addresses of the person on hold',
    }),
    organisations: col(text('organisations').array().notNull().default([]), {
      ...holds,
      note: 'those that nobody else owned, so that they would go with the person on hold',
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

/** What a deployment plan sets, as gates read it. Absent: as the policy says. */
export interface PlanSettings {
  /** ISO 8601 durations. */
  readonly retention?: Partial<Record<RetentionClass, string>>
  /** ISO 3166 countries. */
  readonly regions?: readonly string[]
  /** Ids of recipients in the policy. */
  readonly egress?: readonly string[]
  readonly training?: 'never' | 'opt-in' | 'written-approval'
  readonly support?: 'as-policy' | 'never'
  readonly bodies?: 'as-policy' | 'never'
}

const planned = { category: 'account.organisation', opaque: true } as const

/** What the agreement of one organisation sets within, or beside, the policy. */
export const deploymentPlan = table(
  'deployment_plan',
  {
    module: 'platform/gates',
    subject: 'organisation',
    purposes: ['provide'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'applied_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    organisationId: col(text('organisation_id').notNull(), 'account.organisation'),
    sealedSource: col(bytes('sealed_source').notNull(), {
      category: 'account.organisation',
      sealedFor: 'organisation_id',
      corrected: 'record',
      note: 'the plan as it was agreed; another is applied in its place',
    }),
    settings: col(jsonb('settings').$type<PlanSettings>().notNull(), planned),
    hash: col(text('hash').notNull(), planned),
    salt: col(text('salt').notNull(), planned),
    appliedAt: col(time('applied_at').notNull(), planned),
    appliedBy: col(text('applied_by'), { category: 'account.identity', subject: 'staff', erasure: 'pseudonymise' }),
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
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    at: col(time('at').notNull(), 'system'),
    subjectKind: col(text('subject_kind').$type<'person' | 'organisation'>().notNull(), 'system'),
    subjectHash: col(text('subject_hash').notNull(), 'system'),
  },
)

/** Who gets news. */
export const marketingContact = table(
  'marketing_contact',
  {
    module: 'platform/mail',
    subject: 'user',
    purposes: ['marketing'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'marketing', from: { 'last-activity': 'last_activity_at', creation: 'since' } },
    restore: 'newest',
    onlyIfHeld: true,
  },
  {
    personId: col(text('person_id').primaryKey(), 'marketing.contact'),
    since: col(time('since').notNull(), 'marketing.contact'),
    lastActivityAt: col(time('last_activity_at').notNull(), 'marketing.contact'),
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
    sealedRecipient: col(bytes('sealed_recipient').notNull(), {
      category: 'account.contact',
      sealedFor: 'about',
      corrected: 'record',
    }),
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
    state: col(text('state').$type<'held' | 'queued' | 'sent' | 'failed' | 'refused'>().notNull(), 'system'),
    reason: col(text('reason'), { category: 'technical.log', purposes: ['support'], opaque: true }),
    createdAt: col(time('created_at').notNull(), 'system'),
    sentAt: col(time('sent_at'), 'system'),
  },
)

const backupNote = { module: 'platform/backups', ...system, restore: 'newest' } as const

/** Backups that were asked for, with what became of them. The files themselves say the rest. */
export const backup = table(
  'backup',
  { ...backupNote, retention: { class: 'evidence', from: 'asked_at' } },
  {
    id: col(text('id').primaryKey(), 'system'),
    state: col(text('state').$type<'waiting' | 'running' | 'kept' | 'failed' | 'expired'>().notNull(), 'system'),
    askedAt: col(time('asked_at').notNull(), 'system'),
    begunAt: col(time('begun_at'), 'system'),
    finishedAt: col(time('finished_at'), 'system'),
    expiresAt: col(time('expires_at'), 'system'),
    file: col(text('file'), 'system'),
    bytes: col(bigint('bytes', { mode: 'number' }), 'system'),
    rows: col(bigint('rows', { mode: 'number' }).notNull().default(0), 'system'),
    tablesDone: col(integer('tables_done').notNull().default(0), 'system'),
    tablesTotal: col(integer('tables_total').notNull().default(0), 'system'),
    reason: col(text('reason'), 'system'),
  },
)

/** Restores of this database. Nothing is served while one is not done. */
export const restoreRun = table(
  'restore_run',
  { ...backupNote, retention: { class: 'evidence', from: 'begun_at' } },
  {
    id: col(text('id').primaryKey(), 'system'),
    state: col(text('state').$type<'loaded' | 'done'>().notNull(), 'system'),
    /** Of the backup whose rows these are. */
    backupId: col(text('backup_id').notNull(), 'system'),
    backupAt: col(time('backup_at').notNull(), 'system'),
    /** When the backup of keys was made: what was erased after it is not known here. */
    keysAt: col(time('keys_at').notNull(), 'system'),
    begunAt: col(time('begun_at').notNull(), 'system'),
    finishedAt: col(time('finished_at'), 'system'),
    erased: col(integer('erased').notNull().default(0), 'system'),
  },
)

export const platformTables = [
  backup,
  restoreRun,
  schemaMigration,
  idempotency,
  evidenceLeaf,
  evidenceTile,
  evidenceCheckpoint,
  retentionRun,
  legalHold,
  deploymentPlan,
  erasureLedger,
  mailOutbox,
  marketingContact,
  consentRecord,
  subjectStanding,
  sending,
  disclosure,
]
