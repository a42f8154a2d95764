import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import type { FloodKind } from '../../../platform/gates/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'security.log', erasure: 'none', opaque: true } as const

/** Addresses whose strangers are not answered for a while, with what was counted. */
export const addressBlock = table(
  'address_block',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['security'],
    erasure: 'pseudonymise',
    subjectBy: [{ column: 'lifted_by', of: 'person' }],
    retention: { class: 'security.log', from: 'started_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    kind: col(text('kind').$type<FloodKind>().notNull(), fact),
    sourceHash: col(text('source_hash').notNull(), { ...fact, note: 'keyed hash; no address can be read from it' }),
    count: col(integer('count').notNull(), fact),
    times: col(integer('times').notNull(), { ...fact, note: 'so many are a flood' }),
    withinSeconds: col(integer('within_seconds').notNull(), fact),
    firstAt: col(time('first_at').notNull(), fact),
    lastAt: col(time('last_at').notNull(), fact),
    startedAt: col(time('started_at').notNull(), fact),
    endsAt: col(time('ends_at').notNull(), fact),
    liftedAt: col(time('lifted_at'), fact),
    liftedBy: col(text('lifted_by'), { category: 'security.log', subject: 'staff' }),
    reviewAskedAt: col(time('review_asked_at'), fact),
    sealedDetails: col(bytes('sealed_details'), {
      category: 'security.log',
      sealedFor: 'id',
      note: 'IP address, and what was noted',
    }),
  },
)

export type BlockRow = typeof addressBlock.$inferSelect
