import type { closingReasons, denialGrounds, rightsKinds, rightsStates, verifications } from '@avow/contract'
import { bigint, customType, integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'rights.request', erasure: 'none', opaque: true } as const

/** What erasing a person must still know when their own row is gone. */
export interface KeptSubject {
  readonly addresses: readonly string[]
  readonly formerAddresses?: readonly { readonly index: string; readonly until: string }[]
  readonly organisationIds: readonly string[]
}

/** Which processors were told of an erasure. About no person: the request has lost them. */
export const erasureNotice = table(
  'erasure_notice',
  {
    module: 'privacy',
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'rights.request', with: 'rights_request' },
    restore: 'newest',
  },
  {
    requestId: col(text('request_id').notNull(), 'system'),
    recipient: col(text('recipient').notNull(), 'system'),
    name: col(text('name').notNull(), 'system'),
    state: col(text('state').$type<'told' | 'not-tellable'>().notNull(), 'system'),
    reason: col(text('reason'), 'system'),
    at: col(time('at').notNull(), 'system'),
  },
)

export const rightsRequest = table(
  'rights_request',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'pseudonymise',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'handled_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'asked_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    kind: col(text('kind').$type<(typeof rightsKinds)[number]>().notNull(), fact),
    state: col(text('state').$type<(typeof rightsStates)[number]>().notNull(), fact),
    personId: col(text('person_id'), { category: 'rights.request', note: 'null once the person is erased' }),
    askedAt: col(time('asked_at').notNull(), fact),
    dueAt: col(time('due_at').notNull(), fact),
    startsAt: col(time('starts_at').notNull(), fact),
    begunAt: col(time('begun_at'), fact),
    finishedAt: col(time('finished_at'), fact),
    subject: col(jsonb('subject').$type<KeptSubject>(), {
      category: 'rights.request',
      opaque: true,
      note: 'keyed hashes of addresses, and organisations; only while the erasure runs',
    }),
    receiptTokenHash: col(text('receipt_token_hash'), fact),
    commitment: col(text('commitment'), fact),
    removed: col(bigint('removed', { mode: 'number' }).notNull().default(0), fact),
    emptied: col(bigint('emptied', { mode: 'number' }).notNull().default(0), fact),
    verified: col(text('verified').$type<(typeof verifications)[number]>(), fact),
    handledBy: col(text('handled_by'), {
      category: 'rights.request',
      subject: 'staff',
      note: 'who of the operator decided',
    }),
    extendedAt: col(time('extended_at'), fact),
    denialGround: col(text('denial_ground').$type<(typeof denialGrounds)[number]>(), fact),
    appealOf: col(text('appeal_of'), { ...fact, note: 'the refused request' }),
    appealedAt: col(time('appealed_at'), fact),
    appealGrantedAt: col(time('appeal_granted_at'), fact),
    closedBecause: col(text('closed_because').$type<(typeof closingReasons)[number]>(), fact),
    sealedDetails: col(bytes('sealed_details'), { category: 'rights.request', sealedFor: 'person_id' }),
    sealedAnswer: col(bytes('sealed_answer'), { category: 'rights.request', sealedFor: 'person_id' }),
    sealedRefusal: col(bytes('sealed_refusal'), {
      category: 'rights.request',
      sealedFor: 'person_id',
      note: 'why it was refused before an appeal was granted',
    }),
    evidenceSequence: col(bigint('evidence_sequence', { mode: 'bigint' }), fact),
  },
)

/** One file of a copy: what its manifest says of it, and in how many parts it is kept. */
export interface ExportFile {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  /** Of the whole file, hex. */
  readonly sha256: string
  readonly parts: number
}

/** A person's copy of their data, while it is made and until its period is over. Its id is that of its request. */
export const dataExport = table(
  'data_export',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'rights.export', from: 'begun_at' },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), 'rights.request'),
    begunAt: col(time('begun_at').notNull(), { category: 'rights.request', opaque: true }),
    madeAt: col(time('made_at'), { category: 'rights.request', opaque: true, note: 'null while it is made' }),
    lastTable: col(text('last_table'), { category: 'system', note: 'tables up to this one are in it' }),
    tablesDone: col(integer('tables_done').notNull().default(0), 'system'),
    files: col(jsonb('files').$type<readonly ExportFile[]>().notNull().default([]), {
      category: 'rights.request',
      opaque: true,
    }),
  },
)

/** What a copy holds: some rows of one table each, or its manifest, which is number 0. */
export const exportPart = table(
  'export_part',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'delete',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'export_id', through: 'data_export' },
    ],
    retention: { class: 'rights.export', with: 'data_export' },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    exportId: col(text('export_id').notNull(), { category: 'rights.request', opaque: true }),
    personId: col(text('person_id').notNull(), 'rights.request'),
    number: col(integer('number').notNull(), 'system'),
    sealedContent: col(bytes('sealed_content').notNull(), {
      category: 'rights.request',
      sealedFor: 'person_id',
      corrected: 'record',
      note: 'copies of what other tables hold',
    }),
  },
)
