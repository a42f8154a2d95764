import { boolean, customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'security.log', erasure: 'none', opaque: true } as const

/** Accesses of staff to what is about a person. They go with the person; the evidence log keeps that they were. */
export const staffAccessGrant = table(
  'staff_access_grant',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['security'],
    erasure: 'delete',
    subjectBy: [
      { column: 'subject_id', of: 'person' },
      { column: 'subject_index', of: 'address', since: 'granted_at' },
      { column: 'staff_id', of: 'person' },
    ],
    retention: { class: 'security.log', from: 'granted_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    scope: col(text('scope').$type<'mail'>().notNull(), fact),
    about: col(text('about').notNull(), {
      category: 'security.log',
      opaque: true,
      note: 'under whose key it is sealed',
    }),
    subjectId: col(text('subject_id'), 'security.log'),
    subjectIndex: col(text('subject_index').notNull(), { category: 'security.log', note: 'keyed hash of the address' }),
    staffId: col(text('staff_id'), { category: 'security.log', subject: 'staff', erasure: 'pseudonymise' }),
    sessionId: col(text('session_id'), {
      category: 'security.log',
      subject: 'staff',
      erasure: 'pseudonymise',
      note: "whose access it is among the sessions of the staff; null: the machine's own token",
    }),
    staffRole: col(text('staff_role').notNull(), fact),
    emergency: col(boolean('emergency').notNull(), fact),
    country: col(text('country'), { ...fact, note: 'where the member of staff was' }),
    grantedAt: col(time('granted_at').notNull(), fact),
    expiresAt: col(time('expires_at').notNull(), fact),
    endedAt: col(time('ended_at'), fact),
    sealedDetails: col(bytes('sealed_details').notNull(), {
      category: 'security.log',
      sealedFor: 'about',
      note: 'reason, ticket, and the salt of the commitment in the evidence log',
    }),
    commitment: col(text('commitment').notNull(), fact),
  },
)

export const staffAccessRead = table(
  'staff_access_read',
  {
    module: 'platform/gates',
    subject: 'user',
    purposes: ['security'],
    erasure: 'delete',
    subjectBy: [{ column: 'grant_id', through: 'staff_access_grant' }],
    retention: { class: 'security.log', with: 'staff_access_grant' },
    restore: 'newest',
  },
  {
    grantId: col(text('grant_id').notNull(), 'security.log'),
    what: col(text('what').notNull(), { category: 'security.log', opaque: true }),
    object: col(text('object').notNull(), { category: 'security.log', opaque: true, note: 'an id' }),
    firstAt: col(time('first_at').notNull(), 'security.log'),
    lastAt: col(time('last_at').notNull(), 'security.log'),
    times: col(integer('times').notNull(), 'security.log'),
  },
)
