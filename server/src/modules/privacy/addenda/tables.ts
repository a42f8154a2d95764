import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const fact = { category: 'account.organisation', opaque: true } as const

/** Signed copies of the data processing addendum; one a version that an organisation signed. Rows never change. */
export const processingAddendum = table(
  'processing_addendum',
  {
    module: 'privacy',
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'signed_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
    restore: 'newest',
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    organisationId: col(text('organisation_id').notNull(), fact),
    policy: col(text('policy').notNull(), fact),
    policyVersion: col(text('policy_version').notNull(), fact),
    text: col(text('text').notNull(), { ...fact, note: 'made from the policy and the data map: nothing about anyone' }),
    hash: col(text('hash').notNull(), fact),
    salt: col(text('salt').notNull(), fact),
    signedAt: col(time('signed_at').notNull(), fact),
    signedBy: col(text('signed_by'), { ...fact, erasure: 'pseudonymise', note: 'the owner who signed' }),
    sealedSignatory: col(bytes('sealed_signatory').notNull(), {
      category: 'account.organisation',
      sealedFor: 'organisation_id',
      corrected: 'record',
      note: 'name and title of who signed',
    }),
  },
)
