import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import type { Attack } from '../../../platform/gates/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'security.log', erasure: 'none', opaque: true } as const

/** Attacks that were seen. A person who is erased is no more in them. */
export const securityAlert = table(
  'security_alert',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['security'],
    erasure: 'pseudonymise',
    subjectBy: [
      { column: 'person_id', of: 'person' },
      { column: 'acknowledged_by', of: 'person' },
    ],
    retention: { class: 'security.log', from: 'last_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    kind: col(text('kind').$type<Attack['kind']>().notNull(), fact),
    source: col(text('source').$type<Attack['from']>().notNull(), fact),
    sourceHash: col(text('source_hash').notNull(), { ...fact, note: 'keyed hash; nobody can be read from it' }),
    personId: col(text('person_id'), 'security.log'),
    aboutId: col(text('about_id'), { ...fact, note: 'the key or the project' }),
    count: col(integer('count').notNull(), fact),
    firstAt: col(time('first_at').notNull(), fact),
    lastAt: col(time('last_at').notNull(), fact),
    raisedAt: col(time('raised_at').notNull(), fact),
    acknowledgedAt: col(time('acknowledged_at'), fact),
    acknowledgedBy: col(text('acknowledged_by'), { category: 'security.log', subject: 'staff' }),
    sealedDetails: col(bytes('sealed_details'), {
      category: 'security.log',
      sealedFor: 'id',
      note: 'IP address, and what was noted',
    }),
  },
)
