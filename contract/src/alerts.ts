import { z } from 'zod'
import { blockKinds } from './blocks.ts'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'

export const alertKinds = ['sign-in-guessing', 'key-guessing', 'privilege-probing', ...blockKinds] as const
export const alertStates = ['open', 'acknowledged'] as const

/** An attack that was seen. */
export const alertView = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  state: z.enum(alertStates),
  from: z
    .enum(['address', 'account', 'person', 'key', 'project'])
    .describe('what was counted: an IP address, an account, a person, a key, a project'),
  personId: z.string().nullable().describe('at whom it aims or who does it, where known; null once they are erased'),
  aboutId: z.string().nullable().describe('the key or the project'),
  ipAddress: z.string().nullable(),
  count: z.number().int().describe('refused tries so far, or requests'),
  firstAt: instant,
  lastAt: instant,
  raisedAt: instant,
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
})

const tag = 'Operate'
const watchers = staff('operator', 'privacy-officer')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const alertEndpoints = {
  list: endpoint({
    id: 'alerts.list',
    readsFor: ['security', 'account'],
    method: 'GET',
    path: '/operate/alerts',
    tag,
    summary: 'Attacks that were seen, newest first',
    access: watchers,
    query: pageQuery.extend({ state: z.enum(alertStates).optional() }),
    status: 200,
    response: pageOf(alertView),
    errors: staffErrors,
  }),
  acknowledge: endpoint({
    id: 'alerts.acknowledge',
    readsFor: ['security', 'account'],
    method: 'POST',
    path: '/operate/alerts/{alertId}/acknowledge',
    tag,
    summary: 'Say that you saw an alert, and what you did about it',
    access: watchers,
    params: z.object({ alertId: z.string() }),
    body: z.object({ note: z.string().trim().min(1).max(2000).optional() }),
    status: 200,
    response: alertView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
} as const
