import type { Purpose } from '@avow/policy'
import { text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from './table.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** By which door a word about consent came. */
export type ConsentDoor = 'console' | 'api' | 'sign-up' | 'unsubscribe' | 'officer' | 'signal'

const consent = { category: 'consent.record', opaque: true } as const

/** What people agreed to and took back, word by word. */
export const consentRecord = table(
  'consent_record',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['account', 'legal'],
    erasure: 'delete',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'recorded_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'superseded_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), consent),
    purpose: col(text('purpose').$type<Purpose>().notNull(), consent),
    state: col(text('state').$type<'given' | 'withdrawn'>().notNull(), consent),
    at: col(time('at').notNull(), consent),
    policy: col(text('policy').notNull(), consent),
    policyVersion: col(text('policy_version').notNull(), consent),
    how: col(text('how').$type<ConsentDoor>().notNull(), consent),
    recordedBy: col(text('recorded_by'), {
      ...consent,
      subject: 'staff',
      erasure: 'pseudonymise',
      note: 'the officer who wrote it down; null: the person',
    }),
    supersededAt: col(time('superseded_at'), consent),
  },
)

/** Grounds for a restriction (GDPR Art. 18(1) a to d). */
export const restrictionGrounds = ['accuracy', 'unlawful', 'legal-claims', 'objection'] as const
export type RestrictionGround = (typeof restrictionGrounds)[number]

const standing = { category: 'rights.request', purposes: ['legal'], opaque: true } as const

/** Restrictions, objections and limits on sensitive data, in force until `ended_at`. */
export const subjectStanding = table(
  'subject_standing',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'delete',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'placed_by', of: 'person' },
      { column: 'ended_by', of: 'person' },
    ],
    retention: { class: 'rights.request', from: 'ended_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), standing),
    kind: col(text('kind').$type<'restriction' | 'objection' | 'limit'>().notNull(), standing),
    purpose: col(text('purpose').$type<Purpose>(), standing),
    ground: col(text('ground').$type<RestrictionGround>(), standing),
    since: col(time('since').notNull(), standing),
    placedBy: col(text('placed_by'), { ...standing, erasure: 'pseudonymise' }),
    endedAt: col(time('ended_at'), standing),
    endedBy: col(text('ended_by'), { ...standing, erasure: 'pseudonymise' }),
  },
)
