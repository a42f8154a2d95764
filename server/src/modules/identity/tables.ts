import type { StaffRole } from '@avow/contract'
import { bigint, boolean, customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../platform/db/index.ts'
import { accessLog } from './access-log/access-log-table.ts'
import { apiKey } from './keys/key-tables.ts'
import { invitation, membership, organisation } from './organisations/organisation-tables.ts'
import { emailChange, formerAddress } from './people/address-tables.ts'
import { project } from './projects/project-tables.ts'
import type { SecurityEventKind } from './security-event-kinds.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const module = 'identity'
const byPerson = [{ column: 'person_id', of: 'person' }] as const
const byEmail = { column: 'email_index', of: 'address', since: 'created_at' } as const
const address = { category: 'account.contact', purposes: ['account', 'communicate'], sealedFor: 'id' } as const
/** For look-ups and uniqueness; the address cannot be read from it. */
const emailIndex = { category: 'account.contact', note: 'keyed hash of the address' } as const

export const person = table(
  'person',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [{ column: 'id', of: 'person' }],
    retention: { class: 'account', from: 'closed_at' },
  },
  {
    id: col(text('id').primaryKey(), 'account.identity'),
    sealedEmail: col(bytes('sealed_email').notNull(), {
      ...address,
      corrected: 'account.changeEmail',
      note: 'in lower case',
    }),
    emailIndex: col(text('email_index').notNull(), emailIndex),
    sealedName: col(bytes('sealed_name').notNull(), {
      category: 'account.identity',
      sealedFor: 'id',
      corrected: 'account.updateMe',
    }),
    passwordHash: col(text('password_hash').notNull(), 'account.credentials'),
    emailVerifiedAt: col(time('email_verified_at').notNull(), 'account.contact'),
    createdAt: col(time('created_at').notNull(), 'account.identity'),
    lastActiveAt: col(time('last_active_at').notNull(), 'account.identity'),
    idleWarnedAt: col(time('idle_warned_at'), 'account.identity'),
    closedAt: col(time('closed_at'), 'account.identity'),
    leaves: col(boolean('leaves').notNull().default(false), {
      category: 'account.identity',
      opaque: true,
      note: 'their erasure has begun',
    }),
  },
)

export const signUp = table(
  'sign_up',
  {
    module,
    subject: 'visitor',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [byEmail],
    retention: { class: 'session', from: 'created_at' },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    sealedEmail: col(bytes('sealed_email').notNull(), { ...address, corrected: 'record' }),
    emailIndex: col(text('email_index').notNull(), emailIndex),
    sealedName: col(bytes('sealed_name').notNull(), {
      category: 'account.identity',
      sealedFor: 'id',
      corrected: 'record',
    }),
    passwordHash: col(text('password_hash').notNull(), 'account.credentials'),
    tokenHash: col(text('token_hash').notNull(), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.identity'),
    expiresAt: col(time('expires_at').notNull(), 'system'),
  },
)

export const passwordReset = table(
  'password_reset',
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
    tokenHash: col(text('token_hash').notNull(), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    expiresAt: col(time('expires_at').notNull(), 'account.credentials'),
  },
)

export const session = table(
  'session',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'session', from: { creation: 'created_at', 'last-activity': 'last_seen_at' } },
    restore: 'never',
  },
  {
    id: col(text('id').primaryKey(), 'account.credentials'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    tokenHash: col(text('token_hash').notNull(), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    lastSeenAt: col(time('last_seen_at').notNull(), 'account.credentials'),
    expiresAt: col(time('expires_at').notNull(), 'account.credentials'),
    secondFactorAt: col(time('second_factor_at'), 'account.credentials'),
    sealedIpAddress: col(bytes('sealed_ip_address'), {
      category: 'technical.network',
      purposes: ['account', 'security'],
      sealedFor: 'person_id',
    }),
    sealedUserAgent: col(bytes('sealed_user_agent'), {
      category: 'technical.device',
      purposes: ['account', 'security'],
      sealedFor: 'person_id',
    }),
  },
)

export const secondFactor = table(
  'second_factor',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'credentials', with: 'person' },
    restore: 'newest',
  },
  {
    personId: col(text('person_id').primaryKey(), 'account.identity'),
    sealedSecret: col(bytes('sealed_secret').notNull(), {
      category: 'account.credentials',
      note: 'sealed with the installation’s own key',
    }),
    lastStep: col(bigint('last_step', { mode: 'number' }).notNull(), 'account.credentials'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    confirmedAt: col(time('confirmed_at'), 'account.credentials'),
  },
)

export const backupCode = table(
  'backup_code',
  {
    module,
    subject: 'user',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'credentials', with: 'person' },
    restore: 'newest',
  },
  {
    codeHash: col(text('code_hash').primaryKey(), 'account.credentials'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    createdAt: col(time('created_at').notNull(), 'account.credentials'),
    usedAt: col(time('used_at'), 'account.credentials'),
  },
)

/** How often something was tried, under a keyed hash of what and by whom. */
export const attempt = table(
  'attempt',
  {
    module,
    subject: 'visitor',
    purposes: ['security'],
    erasure: 'none',
    retention: { class: 'session', from: 'last_at' },
  },
  {
    keyHash: col(text('key_hash').primaryKey(), {
      category: 'security.log',
      note: 'keyed hash of an address or account; nobody can be read from it',
    }),
    count: col(integer('count').notNull(), 'security.log'),
    lastAt: col(time('last_at').notNull(), 'security.log'),
    blockedUntil: col(time('blocked_until'), 'security.log'),
  },
)

export const securityEvent = table(
  'security_event',
  {
    module,
    subject: 'user',
    purposes: ['security'],
    erasure: 'pseudonymise',
    subjectBy: byPerson,
    retention: { class: 'security.log', from: 'at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    at: col(time('at').notNull(), 'security.log'),
    kind: col(text('kind').$type<SecurityEventKind>().notNull(), { category: 'security.log', opaque: true }),
    personId: col(text('person_id'), { category: 'account.identity', note: 'null: nobody known, or erased' }),
    sealedIpAddress: col(bytes('sealed_ip_address'), { category: 'technical.network', sealedFor: 'person_id' }),
  },
)

export const staffMember = table(
  'staff_member',
  {
    module,
    subject: 'staff',
    purposes: ['account', 'security'],
    erasure: 'delete',
    subjectBy: byPerson,
    retention: { class: 'account', with: 'person' },
    restore: 'newest',
  },
  {
    personId: col(text('person_id').primaryKey(), 'account.identity'),
    role: col(text('role').$type<StaffRole>().notNull(), { category: 'account.identity', opaque: true }),
    since: col(time('since').notNull(), 'account.identity'),
  },
)

export { apiKey, invitation, membership, organisation, project }

export const identityTables = [
  person,
  signUp,
  passwordReset,
  emailChange,
  formerAddress,
  session,
  secondFactor,
  backupCode,
  attempt,
  securityEvent,
  accessLog,
  organisation,
  membership,
  invitation,
  project,
  apiKey,
  staffMember,
]
