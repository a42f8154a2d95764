import { bigint, numeric, smallint, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import { ledgerEntry } from './prepaid/tables.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const own = { category: 'account.organisation', opaque: true } as const
const record = { category: 'billing.record', opaque: true } as const
const picos = (name: string) => numeric(name, { precision: 38, scale: 0 }).notNull()

/** What an organisation, a project or a key may spend in a month, and what an organisation paid beforehand. */
export const budget = table(
  'budget',
  {
    module: 'billing',
    subject: 'organisation',
    purposes: ['billing', 'account'],
    erasure: 'delete',
    subjectBy: [
      { column: 'organisation_id', of: 'organisation' },
      { column: 'changed_by', of: 'person' },
    ],
    retention: { class: 'account', with: 'organisation' },
  },
  {
    id: col(text('id').primaryKey(), own),
    organisationId: col(text('organisation_id').notNull(), own),
    projectId: col(text('project_id'), own),
    keyId: col(text('key_id'), own),
    keyIds: col(text('key_ids').array(), { ...own, note: 'the key and those that it replaced' }),
    currency: col(text('currency').notNull(), own),
    limitMicros: col(bigint('limit_micros', { mode: 'bigint' }).notNull(), own),
    kind: col(text('kind').$type<'month' | 'prepaid'>().notNull(), {
      ...own,
      note: 'prepaid: its period does not end',
    }),
    basePicos: col(picos('base_picos'), { ...own, note: 'what was spent at the last top-up' }),
    postedMicros: col(bigint('posted_micros', { mode: 'bigint' }).notNull(), {
      ...own,
      note: 'how much of what was spent stands in the ledger',
    }),
    thresholds: col(smallint('thresholds').array().notNull(), { ...own, note: 'percent at which people are told' }),
    createdAt: col(time('created_at').notNull(), own),
    changedBy: col(text('changed_by'), {
      category: 'account.identity',
      subject: 'user',
      erasure: 'pseudonymise',
      purposes: ['account'],
    }),
    changedAt: col(time('changed_at').notNull(), own),
  },
)

const followsBudget = {
  module: 'billing',
  subject: 'organisation',
  purposes: ['billing'],
  erasure: 'delete',
  subjectBy: [{ column: 'budget_id', through: 'budget' }],
} as const

/** What stands in the books for a budget, by month. */
export const budgetMonth = table(
  'budget_month',
  { ...followsBudget, retention: { class: 'billing', from: 'month' } },
  {
    budgetId: col(text('budget_id').notNull(), record),
    month: col(time('month').notNull(), record),
    spentPicos: col(picos('spent_picos'), { ...record, note: 'exact: millionths of a micro-unit' }),
    refusedAt: col(time('refused_at'), record),
  },
)

/** What gateways hold of a budget. In no backup: who held it has ended by then. */
export const budgetLease = table(
  'budget_lease',
  { ...followsBudget, retention: { class: 'billing', with: 'budget_month' }, restore: 'never' },
  {
    budgetId: col(text('budget_id').notNull(), record),
    month: col(time('month').notNull(), record),
    holder: col(text('holder').notNull(), { ...record, note: 'a hash that tells data folders apart' }),
    amountPicos: col(picos('amount_picos'), record),
    exchange: col(text('exchange').notNull(), record),
    grantedPicos: col(picos('granted_picos'), record),
    expiresAt: col(time('expires_at').notNull(), record),
  },
)

/** What owners and billing people were told of a budget. */
export const budgetAlert = table(
  'budget_alert',
  { ...followsBudget, retention: { class: 'billing', with: 'budget_month' } },
  {
    budgetId: col(text('budget_id').notNull(), record),
    month: col(time('month').notNull(), record),
    percent: col(smallint('percent').notNull(), record),
    at: col(time('at').notNull(), record),
  },
)

export const budgetTables = [budget, budgetMonth, budgetLease, budgetAlert, ledgerEntry]
export type BudgetRow = typeof budget.$inferSelect
