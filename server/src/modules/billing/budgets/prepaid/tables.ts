import { bigint, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../../platform/db/index.ts'

const record = { category: 'billing.record', opaque: true } as const
const amount = (name: string) => bigint(name, { mode: 'bigint' }).notNull()

/** An account of one organisation. What is left of what it paid is `prepaid`. */
export type LedgerAccount = 'payments' | 'credits' | 'prepaid' | 'usage' | 'closed'

/** Double entry: each row moves one amount from one account to another. Micro-units. */
export const ledgerEntry = table(
  'ledger_entry',
  {
    module: 'billing',
    subject: 'organisation',
    purposes: ['billing'],
    erasure: 'keep',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'entered_by', of: 'person' },
    ],
    retention: { class: 'billing', from: 'at' },
  },
  {
    id: col(text('id').primaryKey(), record),
    organisationId: col(text('organisation_id').notNull(), record),
    at: col(timestamp('at', { withTimezone: true, mode: 'date' }).notNull(), record),
    kind: col(text('kind').$type<'payment' | 'credit' | 'usage' | 'ended'>().notNull(), record),
    debit: col(text('debit').$type<LedgerAccount>().notNull(), record),
    credit: col(text('credit').$type<LedgerAccount>().notNull(), record),
    amountMicros: col(amount('amount_micros'), record),
    currency: col(text('currency').notNull(), record),
    balanceMicros: col(amount('balance_micros'), { ...record, note: 'of the prepaid account after this' }),
    invoiceNumber: col(text('invoice_number'), { category: 'billing.record', corrected: 'record' }),
    enteredBy: col(text('entered_by'), {
      category: 'account.identity',
      subject: 'staff',
      erasure: 'pseudonymise',
      purposes: ['account'],
    }),
  },
)

export type LedgerRow = typeof ledgerEntry.$inferSelect
