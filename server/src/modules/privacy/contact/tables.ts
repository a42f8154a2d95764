import type { messageClosings } from '@avow/contract'
import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'correspondence', opaque: true } as const

/** Messages to the contacts that the policy publishes; none under a policy that has no period for inquiries. */
export const contactMessage = table(
  'contact_message',
  {
    module: 'privacy',
    subject: 'user',
    purposes: ['communicate'],
    erasure: 'delete',
    subjectBy: [
      { column: 'address_index', of: 'address', since: 'received_at' },
      { column: 'ended_by', of: 'person' },
    ],
    retention: { class: 'inquiry', from: { creation: 'received_at', 'last-activity': 'last_at' } },
    onlyIfHeld: true,
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    contact: col(text('contact').notNull(), fact),
    receivedAt: col(time('received_at').notNull(), fact),
    dueAt: col(time('due_at').notNull(), fact),
    lastAt: col(time('last_at').notNull(), { ...fact, note: 'the last word on it' }),
    endedAt: col(time('ended_at'), fact),
    closedBecause: col(text('closed_because').$type<(typeof messageClosings)[number]>(), fact),
    endedBy: col(text('ended_by'), { category: 'correspondence', subject: 'staff', erasure: 'pseudonymise' }),
    addressIndex: col(text('address_index').notNull(), {
      category: 'correspondence',
      opaque: true,
      note: 'keyed hash of the writer’s address',
    }),
    sealedMessage: col(bytes('sealed_message').notNull(), {
      category: 'correspondence',
      sealedFor: 'id',
      corrected: 'record',
      note: 'name, address and text, as they were written',
    }),
    sealedAnswer: col(bytes('sealed_answer'), { category: 'correspondence', sealedFor: 'id', corrected: 'record' }),
  },
)
