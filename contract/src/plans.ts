import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery, staff } from './endpoint.ts'
import { clauseResult } from './privacy.ts'

/** One thing that a plan sets, beside what the policy says of it. */
export const planSettingView = z.object({
  section: z.enum(['retention', 'regions', 'egress', 'training', 'support', 'bodies']),
  name: z.string().describe('such as retention.usage.inference'),
  value: z.string(),
  policy: z.string().describe('what the policy says of the same'),
  compared: z.enum(['same', 'stricter', 'different']).describe('different: only the agreement makes it so'),
})

export const planFindingView = z.object({
  line: z.number().int(),
  column: z.number().int(),
  path: z.string(),
  severity: z.enum(['error', 'warning', 'advice']),
  message: z.string(),
  hint: z.string().nullable(),
})

export const planLintView = z.object({
  plan: z.string().nullable().describe('its name; null when it does not parse'),
  findings: z.array(planFindingView).describe('one of severity error keeps it from being applied'),
  settings: z.array(planSettingView),
})

export const planView = z.object({
  organisationId: z.string(),
  plan: z.string(),
  agreement: z.string(),
  settings: z.array(planSettingView),
  source: z.string().describe('as written'),
  hash: z.string().describe('SHA-256 of the source, hex'),
  appliedAt: instant,
  appliedBy: z.string().nullable().describe('a person’s id; null once they are erased'),
  salt: z.string().describe('the evidence log holds SHA-256 of the hash, a new line and this'),
})

/** What a plan promises one organisation, clause by clause, checked now. */
export const planReportView = z.object({
  organisationId: z.string(),
  plan: z.string(),
  agreement: z.string(),
  checkedAt: instant,
  summary: z.object({ kept: z.number().int(), broken: z.number().int(), unproven: z.number().int() }),
  clauses: z.array(clauseResult),
})

const tag = 'Privacy'
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const officers = staff('operator', 'privacy-officer')
const organisation = z.object({ organisationId: z.string().max(60) })
const source = z.object({ source: z.string().min(1).max(100_000).describe('the plan, as YAML') })

export const planEndpoints = {
  list: endpoint({
    id: 'plans.list',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/plans',
    tag,
    summary: 'Deployment plans in force, newest first',
    access: officers,
    query: pageQuery,
    status: 200,
    response: pageOf(planView),
    errors: staffErrors,
  }),
  lint: endpoint({
    id: 'plans.lint',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/plans/lint',
    tag,
    summary: 'Find what a deployment plan may not set under the policy in force; nothing is changed',
    access: officers,
    body: source,
    status: 200,
    response: planLintView,
    errors: [...staffErrors, 'invalid_request'],
  }),
  show: endpoint({
    id: 'plans.show',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/plans/{organisationId}',
    tag,
    summary: 'The deployment plan of an organisation',
    access: officers,
    params: organisation,
    status: 200,
    response: planView,
    errors: [...staffErrors, 'not_found'],
  }),
  apply: endpoint({
    id: 'plans.apply',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/plans/{organisationId}',
    tag,
    summary: 'Put a deployment plan in force for an organisation, in place of the one before',
    access: officers,
    params: organisation,
    body: source,
    status: 200,
    response: planView,
    errors: [...staffErrors, 'not_found', 'invalid_request'],
  }),
  remove: endpoint({
    id: 'plans.remove',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/plans/{organisationId}',
    tag,
    summary: 'End the deployment plan of an organisation; the policy alone holds again',
    access: officers,
    params: organisation,
    status: 204,
    errors: [...staffErrors, 'not_found'],
  }),
  report: endpoint({
    id: 'plans.report',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/plans/{organisationId}/report',
    tag,
    summary: 'Check now what an organisation’s plan promises, clause by clause',
    access: officers,
    params: organisation,
    status: 200,
    response: planReportView,
    errors: [...staffErrors, 'not_found'],
  }),
  own: endpoint({
    id: 'plans.own',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/plan',
    tag,
    summary: 'The deployment plan that your organisation agreed',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisation,
    status: 200,
    response: planView,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
} as const
