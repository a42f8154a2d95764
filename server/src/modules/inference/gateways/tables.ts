import { customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Processes that serve /v1 on this database. About nobody, and in no backup: whoever lives says so anew. */
export const gateway = table(
  'gateway',
  {
    module: 'inference',
    subject: 'none',
    purposes: ['provide'],
    erasure: 'none',
    retention: { class: 'system', from: 'seen_at' },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), { category: 'system', note: 'a hash that tells data folders apart' }),
    name: col(text('name').notNull(), { category: 'system', note: 'given by the operator' }),
    version: col(text('version').notNull(), 'system'),
    startedAt: col(time('started_at').notNull(), 'system'),
    seenAt: col(time('seen_at').notNull(), 'system'),
    activeCalls: col(integer('active_calls').notNull(), 'system'),
    counts: col(bytes('counts'), {
      category: 'system',
      note: 'keyed hashes of whose limits are counted there now; no id can be read from them',
    }),
  },
)

export type GatewayRow = typeof gateway.$inferSelect
