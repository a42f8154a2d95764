import type { rightsKinds, rightsStates } from '@avow/contract'
import { bigint, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const fact = { category: 'rights.request', erasure: 'none', opaque: true } as const

/** What erasing a person must still know when their own row is gone. */
export interface KeptSubject {
  readonly addresses: readonly string[]
  readonly organisationIds: readonly string[]
}

export const rightsRequest = table(
  'rights_request',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'pseudonymise',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'rights.request', from: 'asked_at' },
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
    evidenceSequence: col(bigint('evidence_sequence', { mode: 'bigint' }), fact),
  },
)
