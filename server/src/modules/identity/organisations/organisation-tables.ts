import type { OrganisationRole } from '@avow/contract'
import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const module = 'identity'
const byPerson = [{ column: 'person_id', of: 'person' }] as const
const byOrganisation = { column: 'organisation_id', of: 'organisation' } as const
const byEmail = { column: 'email_index', of: 'address', since: 'created_at' } as const
const address = { category: 'account.contact', purposes: ['account', 'communicate'], sealedFor: 'id' } as const

export const organisation = table(
  'organisation',
  {
    module,
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'id', of: 'organisation' },
      { column: 'closed_by', of: 'person' },
    ],
    retention: { class: 'account', from: 'closed_at' },
  },
  {
    id: col(text('id').primaryKey(), 'account.organisation'),
    sealedName: col(bytes('sealed_name').notNull(), {
      category: 'account.organisation',
      sealedFor: 'id',
      corrected: 'organisations.update',
    }),
    billingCountry: col(text('billing_country'), {
      category: 'account.organisation',
      purposes: ['billing'],
      corrected: 'organisations.update',
    }),
    createdAt: col(time('created_at').notNull(), 'account.organisation'),
    closedAt: col(time('closed_at'), 'account.organisation'),
    closedBy: col(text('closed_by'), { category: 'account.identity', subject: 'user', erasure: 'pseudonymise' }),
  },
)

export const membership = table(
  'membership',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [...byPerson, byOrganisation],
    retention: { class: 'account', with: 'organisation' },
    restore: 'newest',
  },
  {
    organisationId: col(text('organisation_id').notNull(), 'account.organisation'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    role: col(text('role').$type<OrganisationRole>().notNull(), { category: 'account.organisation', opaque: true }),
    joinedAt: col(time('joined_at').notNull(), 'account.organisation'),
  },
)

export const invitation = table(
  'invitation',
  {
    module,
    subject: 'visitor',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [byEmail, { column: 'invited_by', of: 'person' }, byOrganisation],
    retention: { class: 'session', from: 'created_at' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'account.organisation'),
    organisationId: col(text('organisation_id').notNull(), 'account.organisation'),
    sealedEmail: col(bytes('sealed_email').notNull(), {
      ...address,
      corrected: 'record',
      note: 'from the member who invites',
    }),
    emailIndex: col(text('email_index').notNull(), {
      category: 'account.contact',
      note: 'keyed hash of the address',
    }),
    role: col(text('role').$type<OrganisationRole>().notNull(), { category: 'account.organisation', opaque: true }),
    state: col(text('state').$type<'pending' | 'accepted' | 'revoked'>().notNull(), {
      category: 'account.organisation',
      opaque: true,
    }),
    tokenHash: col(text('token_hash').notNull(), 'account.credentials'),
    invitedBy: col(text('invited_by'), { category: 'account.identity', subject: 'user', erasure: 'pseudonymise' }),
    createdAt: col(time('created_at').notNull(), 'account.organisation'),
    expiresAt: col(time('expires_at').notNull(), 'account.organisation'),
  },
)
