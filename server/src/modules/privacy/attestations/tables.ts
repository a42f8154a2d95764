import { sql } from 'drizzle-orm'
import { bigint, customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Says nothing of the person, and stays when they are erased. */
const fact = { category: 'system', erasure: 'none' } as const

export const attestation = table(
  'attestation',
  {
    module: 'privacy',
    subject: 'staff',
    purposes: ['legal'],
    erasure: 'pseudonymise',
    subjectBy: [{ column: 'stated_by', of: 'person' }],
    retention: { class: 'evidence', from: 'ended_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), fact),
    name: col(text('name').notNull(), fact),
    role: col(text('role').notNull(), fact),
    statement: col(text('statement').notNull(), { ...fact, note: 'the words of the policy' }),
    statedBy: col(text('stated_by'), { category: 'security.log', note: 'null once they are erased' }),
    statedAt: col(time('stated_at').notNull(), fact),
    validUntil: col(time('valid_until').notNull(), fact),
    revokedAt: col(time('revoked_at'), fact),
    sealedDetails: col(bytes('sealed_details'), {
      category: 'security.log',
      sealedFor: 'stated_by',
      note: 'what it rests on, and the salt of its commitment in the evidence log',
    }),
    evidenceSequence: col(bigint('evidence_sequence', { mode: 'bigint' }).notNull(), fact),
    remindedAt: col(time('reminded_at'), fact),
    endedAt: col(time('ended_at').generatedAlwaysAs(sql`least(valid_until, revoked_at)`), fact),
  },
)

export const responsibility = table(
  'responsibility',
  {
    module: 'privacy',
    subject: 'staff',
    purposes: ['security'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'account', with: 'person' },
    restore: 'newest',
  },
  {
    role: col(text('role').notNull(), { category: 'account.identity', opaque: true }),
    personId: col(text('person_id').notNull(), 'account.identity'),
    since: col(time('since').notNull(), 'account.identity'),
  },
)
