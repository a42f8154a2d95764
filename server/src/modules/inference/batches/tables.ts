import { bigint, boolean, customType, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
/** What is known of a batch belongs to it: ids, words of ours and figures. */
const about = { category: 'content.batch', opaque: true } as const
const sealed = { category: 'content.batch', sealedFor: 'organisation_id', corrected: 'record' } as const

/** In no backup: what was deleted here is nowhere else. */
const note = {
  module: 'inference',
  subject: 'organisation',
  purposes: ['provide'],
  erasure: 'delete',
  restore: 'never',
  onlyIfHeld: true,
} as const
const ofOrganisation = { column: 'organisation_id', of: 'organisation' } as const

/** A file that a project uploaded for batches, or in which a batch collected answers. */
export const batchFile = table(
  'batch_file',
  { ...note, subjectBy: [ofOrganisation], retention: { class: 'inference.batch', from: 'at', sooner: 'due_at' } },
  {
    id: col(text('id').primaryKey(), about),
    at: col(time('at').notNull(), about),
    projectId: col(text('project_id').notNull(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    purpose: col(text('purpose').$type<'batch' | 'batch_output'>().notNull(), about),
    isWhole: col(boolean('is_whole').notNull(), { ...about, note: 'false while it is written' }),
    bytes: col(bigint('bytes', { mode: 'number' }).notNull(), about),
    sealedName: col(bytes('sealed_name').notNull(), sealed),
    dueAt: col(time('due_at'), { ...about, note: 'when it ends sooner than by the policy' }),
  },
)

export const batchFilePart = table(
  'batch_file_part',
  {
    ...note,
    subjectBy: [ofOrganisation, { column: 'file_id', through: 'batch_file' }],
    retention: { class: 'inference.batch', with: 'batch_file' },
  },
  {
    id: col(text('id').primaryKey(), about),
    fileId: col(text('file_id').notNull(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    number: col(integer('number').notNull(), about),
    sealedContent: col(bytes('sealed_content').notNull(), { ...sealed, note: 'text of the file, from 0 on' }),
  },
)

export const batchStates = [
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const
export type BatchState = (typeof batchStates)[number]

/** What is wrong with an input file, in OpenAI's words. Holds nothing of what the file says. */
export interface BatchProblem {
  readonly code: string
  readonly message: string
  readonly param: string | null
  /** From 1; null: the file as a whole. */
  readonly line: number | null
}

/** Many calls, each a line of a file, to be answered within a day. */
export const batch = table(
  'batch',
  { ...note, subjectBy: [ofOrganisation], retention: { class: 'inference.batch', from: 'at' } },
  {
    id: col(text('id').primaryKey(), about),
    at: col(time('at').notNull(), about),
    projectId: col(text('project_id').notNull(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    keyId: col(text('key_id').notNull(), { ...about, note: 'on whose limits and budgets its lines run' }),
    endpoint: col(text('endpoint').notNull(), about),
    state: col(text('state').$type<BatchState>().notNull(), about),
    endsAs: col(text('ends_as').$type<'completed' | 'expired' | 'cancelled'>(), {
      ...about,
      note: 'what finalizing ends in',
    }),
    inputFileId: col(text('input_file_id').notNull(), about),
    outputFileId: col(text('output_file_id'), about),
    errorFileId: col(text('error_file_id'), about),
    total: col(integer('total').notNull(), about),
    completed: col(integer('completed').notNull(), about),
    failed: col(integer('failed').notNull(), about),
    expiresAt: col(time('expires_at').notNull(), about),
    begunAt: col(time('begun_at'), about),
    finalizingAt: col(time('finalizing_at'), about),
    cancellingAt: col(time('cancelling_at'), about),
    endedAt: col(time('ended_at'), about),
    outputSeconds: col(integer('output_seconds'), { ...about, note: 'for how long its files are to be kept' }),
    problems: col(jsonb('problems').$type<readonly BatchProblem[]>().notNull(), about),
    sealedMetadata: col(bytes('sealed_metadata').notNull(), {
      ...sealed,
      note: 'what its maker noted with it, as JSON',
    }),
  },
)

/** Answers of lines, until they are in the batch's files. */
export const batchResult = table(
  'batch_result',
  {
    ...note,
    subjectBy: [ofOrganisation, { column: 'batch_id', through: 'batch' }],
    retention: { class: 'inference.batch', with: 'batch' },
  },
  {
    id: col(text('id').primaryKey(), about),
    batchId: col(text('batch_id').notNull(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    line: col(integer('line').notNull(), about),
    isError: col(boolean('is_error').notNull(), about),
    usageLine: col(text('usage_line'), { ...about, note: 'what is to be booked, until it is in the journal' }),
    sealedAnswer: col(bytes('sealed_answer').notNull(), { ...sealed, note: 'its line of the output or error file' }),
  },
)

/** Whence a batch was begun, where the policy has records of calls say so: its lines are calls. Its id is the batch's. */
export const batchOrigin = table(
  'batch_origin',
  {
    ...note,
    subjectBy: [ofOrganisation, { column: 'id', through: 'batch' }],
    retention: { class: 'inference.batch', with: 'batch' },
  },
  {
    id: col(text('id').primaryKey(), about),
    organisationId: col(text('organisation_id').notNull(), about),
    sealedOrigin: col(bytes('sealed_origin').notNull(), {
      ...{ category: 'technical.network', purposes: ['security'], sealedFor: 'organisation_id', corrected: 'record' },
      note: 'address and program, sealed once more',
    }),
  },
)

export const batchTables = [batchFile, batchFilePart, batch, batchResult, batchOrigin]
