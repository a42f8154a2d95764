import { bigint, customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import type { FloodKind } from '../../../platform/gates/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'security.log', erasure: 'none', opaque: true } as const

/** Addresses whose strangers are not answered for a while, and keys and projects that are slowed down, with what was counted. */
export const addressBlock = table(
  'address_block',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['security'],
    erasure: 'pseudonymise',
    subjectBy: [
      { column: 'lifted_by', of: 'person' },
      { column: 'confirmed_by', of: 'person' },
    ],
    retention: { class: 'security.log', from: 'started_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    kind: col(text('kind').$type<FloodKind | 'sudden-spend'>().notNull(), fact),
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
    aboutId: col(text('about_id'), { ...fact, note: 'the key or the project' }),
    spentMicros: col(bigint('spent_micros', { mode: 'bigint' }), { ...fact, note: 'in the hour' }),
    usualMicros: col(bigint('usual_micros', { mode: 'bigint' }), { ...fact, note: 'in an hour of the days before' }),
    currency: col(text('currency'), fact),
    requestsPerMinute: col(integer('requests_per_minute'), { ...fact, note: 'what it may still call' }),
    confirmedAt: col(time('confirmed_at'), fact),
    confirmedBy: col(text('confirmed_by'), { category: 'security.log', subject: 'staff' }),
    reviewAskedAt: col(time('review_asked_at'), fact),
    sealedDetails: col(bytes('sealed_details'), {
      category: 'security.log',
      sealedFor: 'id',
      note: 'IP address, and what was noted',
    }),
  },
)

export type BlockRow = typeof addressBlock.$inferSelect
