import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const module = 'identity'
const byPerson = [{ column: 'person_id', of: 'person' }] as const
const address = {
  category: 'account.contact',
  purposes: ['account', 'communicate'],
  sealedFor: 'person_id',
  corrected: 'record',
} as const
/** For look-ups; the address cannot be read from it. */
const emailIndex = { category: 'account.contact', corrected: 'record', note: 'keyed hash of the address' } as const

/** The old address can take it back until `undo_until`. */
export const emailChange = table(
  'email_change',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'session', from: 'created_at' },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    state: col(text('state').$type<'asked' | 'confirmed' | 'undone'>().notNull(), {
      category: 'account.credentials',
      opaque: true,
    }),
    sealedNewEmail: col(bytes('sealed_new_email').notNull(), address),
    newEmailIndex: col(text('new_email_index').notNull(), emailIndex),
    sealedOldEmail: col(bytes('sealed_old_email').notNull(), address),
    oldEmailIndex: col(text('old_email_index').notNull(), emailIndex),
    tokenHash: col(text('token_hash').notNull(), 'account.credentials'),
    undoTokenHash: col(text('undo_token_hash'), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    expiresAt: col(time('expires_at').notNull(), 'account.credentials'),
    confirmedAt: col(time('confirmed_at'), 'account.credentials'),
    undoUntil: col(time('undo_until'), 'account.credentials'),
  },
)

/** Addresses that a person had: what was written to one while it was theirs is still found as theirs. */
export const formerAddress = table(
  'former_address',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'account', with: 'person' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    emailIndex: col(text('email_index').notNull(), emailIndex),
    hadUntil: col(time('had_until').notNull(), 'account.contact'),
  },
)
