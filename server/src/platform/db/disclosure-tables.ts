import type { Purpose } from '@avow/policy'
import { bigint, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from './table.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const number = (name: string) => bigint(name, { mode: 'number' })

/** On what ground data left: to a processor of the policy, or on one of the policy's `disclosures`. */
export type Ground =
  | 'processor'
  | 'legal-requirement'
  | 'safety'
  | 'business-transfer'
  | 'affiliate'
  | 'adviser'
  | 'customer-direction'

/** What left for another party, by day, about nobody: the figures of the processor register and of transfers. */
export const sending = table(
  'sending',
  {
    module: 'platform/gates',
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'evidence', from: 'last_at' },
    restore: 'newest',
  },
  {
    day: col(time('day').notNull(), 'system'),
    ground: col(text('ground').$type<Ground | 'staff'>().notNull(), {
      category: 'system',
      note: 'staff: the operator’s own, who looked from another country',
    }),
    recipient: col(text('recipient').notNull(), 'system'),
    name: col(text('name').notNull(), 'system'),
    purpose: col(text('purpose').$type<Purpose>().notNull(), 'system'),
    categories: col(text('categories').array().notNull(), 'system'),
    fields: col(text('fields').array().notNull(), 'system'),
    fromCountry: col(text('from_country'), 'system'),
    toCountry: col(text('to_country'), 'system'),
    safeguard: col(text('safeguard'), 'system'),
    policy: col(text('policy').notNull(), { category: 'system', note: 'hash of the policy that allowed it' }),
    times: col(number('times').notNull(), 'system'),
    firstAt: col(time('first_at').notNull(), 'system'),
    lastAt: col(time('last_at').notNull(), 'system'),
  },
)

const fact = { category: 'rights.request', opaque: true } as const

/** To whom data about someone went, by day: what they are told when they ask. Each row is about one of them. */
export const disclosure = table(
  'disclosure',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['legal'],
    erasure: 'delete',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'organisation_id', of: 'organisation' },
      { column: 'address_index', of: 'address', since: 'first_at' },
    ],
    retention: { class: 'rights.request', from: 'last_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    day: col(time('day').notNull(), fact),
    ground: col(text('ground').$type<Ground>().notNull(), fact),
    recipient: col(text('recipient').notNull(), fact),
    name: col(text('name').notNull(), fact),
    purpose: col(text('purpose').$type<Purpose>().notNull(), fact),
    categories: col(text('categories').array().notNull(), fact),
    fields: col(text('fields').array().notNull(), fact),
    country: col(text('country'), fact),
    safeguard: col(text('safeguard'), fact),
    times: col(number('times').notNull(), fact),
    firstAt: col(time('first_at').notNull(), fact),
    lastAt: col(time('last_at').notNull(), fact),
    personId: col(text('person_id'), fact),
    organisationId: col(text('organisation_id'), { ...fact, subject: 'organisation' }),
    addressIndex: col(text('address_index'), { ...fact, note: 'keyed hash of the address in lower case' }),
  },
)
