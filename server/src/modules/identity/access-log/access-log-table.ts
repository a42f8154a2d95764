import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** One row a request to the control plane, where the policy says that there is one. */
export const accessLog = table(
  'access_log',
  {
    module: 'identity',
    subject: 'user',
    purposes: ['security'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'access.log', from: 'at', partitioned: 'day' },
  },
  {
    id: col(text('id').notNull(), 'system'),
    at: col(timestamp('at', { withTimezone: true, mode: 'date' }).notNull(), 'technical.log'),
    endpoint: col(text('endpoint').notNull(), {
      category: 'technical.log',
      opaque: true,
      note: 'method and path as the code writes them, without what stood in the path',
    }),
    personId: col(text('person_id'), { category: 'account.identity', note: 'null: nobody was signed in' }),
    sealedIpAddress: col(bytes('sealed_ip_address'), {
      category: 'technical.network',
      sealedFor: 'person_id',
      corrected: 'record',
    }),
    sealedUserAgent: col(bytes('sealed_user_agent'), {
      category: 'technical.device',
      sealedFor: 'person_id',
      corrected: 'record',
    }),
  },
)
