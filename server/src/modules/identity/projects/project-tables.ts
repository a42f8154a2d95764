import { customType, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const project = table(
  'project',
  {
    module: 'identity',
    subject: 'organisation',
    purposes: ['account'],
    erasure: 'delete',
    subjectBy: [{ column: 'organisation_id', of: 'organisation' }],
    retention: { class: 'account', with: 'organisation' },
  },
  {
    id: col(text('id').primaryKey(), 'account.organisation'),
    organisationId: col(text('organisation_id').notNull(), 'account.organisation'),
    sealedName: col(bytes('sealed_name').notNull(), {
      category: 'account.organisation',
      sealedFor: 'organisation_id',
      corrected: 'projects.update',
    }),
    nameIndex: col(text('name_index').notNull(), {
      category: 'account.organisation',
      note: 'keyed hash of the name: one project of a name in an organisation',
    }),
    createdAt: col(time('created_at').notNull(), 'account.organisation'),
  },
)
