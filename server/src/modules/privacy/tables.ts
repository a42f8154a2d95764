import { integer, jsonb, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../platform/db/index.ts'
import { processingAddendum } from './addenda/tables.ts'
import { securityAlert } from './alerts/tables.ts'
import { attestation, responsibility } from './attestations/tables.ts'
import { authorityRequest } from './authority-requests/tables.ts'
import { addressBlock } from './blocks/tables.ts'
import { contactMessage } from './contact/tables.ts'
import { notice, noticeRecipient } from './notices/tables.ts'
import { dataExport, erasureNotice, exportPart, rightsRequest } from './rights/tables.ts'
import { policyAcceptance, policyVersion } from './versions/tables.ts'

/** Reports of the policy, clause by clause: states and figures only, nothing about a person. */
export const policyReport = table(
  'policy_report',
  {
    module: 'privacy',
    subject: 'none',
    purposes: ['legal'],
    erasure: 'none',
    retention: { class: 'evidence', from: 'checked_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    policyName: col(text('policy_name').notNull(), 'system'),
    policyVersion: col(text('policy_version').notNull(), 'system'),
    policyHash: col(text('policy_hash').notNull(), 'system'),
    checkedAt: col(timestamp('checked_at', { withTimezone: true, mode: 'date' }).notNull(), 'system'),
    since: col(timestamp('since', { withTimezone: true, mode: 'date' }).notNull(), {
      category: 'system',
      note: 'from when all clauses have had the states of this report',
    }),
    durationMs: col(integer('duration_ms').notNull(), 'system'),
    broken: col(integer('broken').notNull(), 'system'),
    report: col(jsonb('report').notNull(), { category: 'system', note: 'as avow policy verify prints it' }),
  },
)

export const privacyTables = [
  processingAddendum,
  policyReport,
  rightsRequest,
  erasureNotice,
  dataExport,
  exportPart,
  attestation,
  responsibility,
  authorityRequest,
  securityAlert,
  addressBlock,
  contactMessage,
  notice,
  noticeRecipient,
  policyVersion,
  policyAcceptance,
]
