import { text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const own = 'account.organisation'
const by = { category: 'account.identity', subject: 'user', erasure: 'pseudonymise' } as const

export const organisationPin = table(
  'organisation_pin',
  {
    module: 'placement',
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'set_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
    restore: 'newest',
  },
  {
    organisationId: col(text('organisation_id').primaryKey(), own),
    region: col(text('region').notNull(), { category: own, opaque: true }),
    setBy: col(text('set_by'), by),
    setAt: col(time('set_at').notNull(), own),
  },
)

export const providerAcceptance = table(
  'provider_acceptance',
  {
    module: 'placement',
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'accepted_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
    restore: 'newest',
  },
  {
    organisationId: col(text('organisation_id').notNull(), own),
    recipient: col(text('recipient').notNull(), { category: own, opaque: true }),
    acceptedBy: col(text('accepted_by'), by),
    acceptedAt: col(time('accepted_at').notNull(), own),
  },
)

export const placementTables = [organisationPin, providerAcceptance]
