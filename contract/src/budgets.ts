import { z } from 'zod'
import { endpoint, instant, memberOf } from './endpoint.ts'
import { micros } from './inference.ts'

/** An amount that is none too small and fits into the books: micro-units, not negative. */
const limit = micros
  .regex(/^\d{1,15}$/, 'write micro-units that are not negative, at most 15 digits, such as "1000000" for 1.00')
  .describe('micro-units of the currency as a decimal string, for a calendar month in UTC; 0: nothing may be spent')

export const budgetThresholds = z
  .array(z.number().int().min(1).max(100))
  .max(10)
  .describe('percent at which owners and billing people are told, once each')
const thresholds = budgetThresholds

export const budgetView = z.object({
  id: z.string(),
  scope: z.enum(['organisation', 'project', 'key']).describe('whose calls it covers'),
  projectId: z.string().nullable(),
  keyId: z.string().nullable().describe('with those that it replaced by rotation'),
  currency: z.string(),
  limitMicros: micros,
  thresholds,
  month: z.string().describe('the month of the figures, such as 2026-11, UTC'),
  spentMicros: micros.describe('what stands in the books for calls that began in this month'),
  reservedMicros: micros.describe('set aside for calls under way, and what gateways hold for the next ones'),
  leftMicros: micros,
  endsAt: instant.describe('when the month ends and the budget begins anew'),
  refusedAt: instant.nullable().describe('when it last refused a call in this month'),
  alerts: z
    .array(z.object({ percent: z.number().int(), at: instant }))
    .describe('what owners and billing people were told in this month'),
  changedAt: instant,
  changedBy: z.string().nullable().describe('a person; null once they are erased'),
})

const organisationParams = z.object({ organisationId: z.string() })
const budgetParams = organisationParams.extend({ budgetId: z.string() })
const whoSets = memberOf('organisation', 'owner', 'admin', 'billing')
const path = '/organisations/{organisationId}/budgets'
const tag = 'Budgets'

export const budgetEndpoints = {
  list: endpoint({
    id: 'budgets.list',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path,
    tag,
    summary:
      'List the monthly budgets of an organisation, its projects and keys, with what is spent, reserved and left',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: z.object({ items: z.array(budgetView) }),
    errors: ['not_signed_in', 'not_found'],
  }),
  create: endpoint({
    id: 'budgets.create',
    readsFor: ['billing', 'account'],
    method: 'POST',
    path,
    tag,
    summary: 'Give an organisation, a project or a key a monthly budget',
    description:
      'What was spent in this month already counts. A call that could cost more than is left of any budget that covers it is refused before any work.',
    access: whoSets,
    params: organisationParams,
    body: z.object({
      projectId: z.string().max(100).optional().describe('without it the whole organisation'),
      keyId: z
        .string()
        .max(100)
        .optional()
        .describe('one API key, and what replaces it by rotation; its project need not be said'),
      limitMicros: limit,
      thresholds: thresholds.default([50, 80, 100]),
    }),
    status: 201,
    response: budgetView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request', 'already_exists'],
  }),
  update: endpoint({
    id: 'budgets.update',
    readsFor: ['billing', 'account'],
    method: 'PATCH',
    path: `${path}/{budgetId}`,
    tag,
    summary: 'Change a budget’s limit or its thresholds',
    access: whoSets,
    params: budgetParams,
    body: z.object({ limitMicros: limit.optional(), thresholds: thresholds.optional() }),
    status: 200,
    response: budgetView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request'],
  }),
  remove: endpoint({
    id: 'budgets.remove',
    readsFor: ['billing', 'account'],
    method: 'DELETE',
    path: `${path}/{budgetId}`,
    tag,
    summary: 'Take a budget away: its calls may cost anything again',
    access: whoSets,
    params: budgetParams,
    status: 204,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
} as const
