import { z } from 'zod'
import { budgetThresholds } from './budgets.ts'
import { endpoint, instant, memberOf, pageOf, pageQuery, staff } from './endpoint.ts'
import { micros } from './inference.ts'

/** What is left of what an organisation paid beforehand. */
export const balanceView = z.object({
  organisationId: z.string(),
  currency: z.string(),
  balanceMicros: micros.describe(
    'what was put in less what stands in the books; below zero only where a call cost more than it could',
  ),
  reservedMicros: micros.describe('set aside for calls under way, and what gateways hold for the next ones'),
  leftMicros: micros.describe('what the next calls may cost'),
  lastTopUpMicros: micros.describe('what there was after the last top-up: thresholds are percents of this'),
  spentMicros: micros.describe('since the last top-up'),
  thresholds: budgetThresholds,
  refusedAt: instant.nullable().describe('when it last refused a call since the last top-up'),
  alerts: z
    .array(z.object({ percent: z.number().int(), at: instant }))
    .describe('what owners and billing people were told since the last top-up'),
  beganAt: instant,
  changedAt: instant,
})

const account = z.enum(['payments', 'credits', 'prepaid', 'usage', 'closed'])

/** One amount that moved from one account of an organisation to another. */
export const ledgerEntryView = z.object({
  id: z.string(),
  at: instant,
  kind: z
    .enum(['payment', 'credit', 'usage', 'ended'])
    .describe('usage: what was spent since the entry before; ended: what was left when the balance ended'),
  debit: account,
  credit: account,
  amountMicros: micros.describe(
    'above zero; it leaves `debit` where that is `prepaid`, and comes to it where `credit` is',
  ),
  currency: z.string(),
  balanceMicros: micros.describe('of the prepaid account after this entry'),
  invoiceNumber: z.string().nullable(),
  enteredBy: z.string().nullable().describe('a person; null for usage, and once they are erased'),
})

const organisationParams = z.object({ organisationId: z.string().max(60) })
const tag = 'Balance'
const own = '/organisations/{organisationId}/balance'
const operator = staff('operator')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const amount = z
  .string()
  .regex(/^-?(?!0+$)\d{1,15}$/, 'write micro-units that are not zero, at most 15 digits, such as "5000000" for 5.00')

export const balanceEndpoints = {
  show: endpoint({
    id: 'balance.show',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: own,
    tag,
    summary: 'What is left of what the organisation paid beforehand',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: z.object({ balance: balanceView.nullable().describe('null: the organisation pays afterwards') }),
    errors: ['not_signed_in', 'not_found'],
  }),
  update: endpoint({
    id: 'balance.update',
    readsFor: ['billing', 'account'],
    method: 'PATCH',
    path: own,
    tag,
    summary: 'Say at how much of the balance owners and billing people are told',
    access: memberOf('organisation', 'owner', 'admin', 'billing'),
    params: organisationParams,
    body: z.object({ thresholds: budgetThresholds }),
    status: 200,
    response: balanceView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request'],
  }),
  history: endpoint({
    id: 'balance.history',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: `${own}/history`,
    tag,
    summary: 'Every entry of the organisation’s ledger, newest first',
    access: memberOf('organisation', 'owner', 'admin', 'billing'),
    params: organisationParams,
    query: pageQuery,
    status: 200,
    response: pageOf(ledgerEntryView),
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  list: endpoint({
    id: 'balance.list',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: '/operate/balances',
    tag,
    summary: 'Every prepaid balance, by organisation',
    access: operator,
    query: pageQuery,
    status: 200,
    response: pageOf(balanceView),
    errors: staffErrors,
  }),
  topUp: endpoint({
    id: 'balance.topUp',
    readsFor: ['billing', 'account'],
    method: 'POST',
    path: '/operate/balances/{organisationId}/top-ups',
    tag,
    summary: 'Put money that was received, or a credit, into an organisation’s balance',
    description:
      'With the first top-up an organisation is on prepaid: its calls stop where the balance ends. This books what was paid by other means; it charges no card.',
    access: operator,
    params: organisationParams,
    body: z.object({
      amountMicros: amount.describe('micro-units; below zero takes back what was put in by mistake'),
      reason: z.enum(['payment', 'credit']).describe('payment: it was received; credit: it was given'),
      invoiceNumber: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9./_-]{0,39}$/, 'use letters, digits and . / _ - (at most 40)')
        .optional(),
    }),
    status: 201,
    response: balanceView,
    errors: [...staffErrors, 'not_found', 'invalid_request'],
  }),
  historyOf: endpoint({
    id: 'balance.historyOf',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: '/operate/balances/{organisationId}/history',
    tag,
    summary: 'Every entry of an organisation’s ledger, newest first, also when it is on prepaid no more',
    access: operator,
    params: organisationParams,
    query: pageQuery,
    status: 200,
    response: pageOf(ledgerEntryView),
    errors: staffErrors,
  }),
  end: endpoint({
    id: 'balance.end',
    readsFor: ['billing', 'account'],
    method: 'DELETE',
    path: '/operate/balances/{organisationId}',
    tag,
    summary: 'End a balance: what is left leaves it, and the organisation pays afterwards again',
    access: operator,
    params: organisationParams,
    status: 204,
    errors: [...staffErrors, 'not_found'],
  }),
} as const
