import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery, staff } from './endpoint.ts'
import { organisationParams } from './identity-fields.ts'

const level = z.enum(['never', 'written-approval', 'opt-in'])

export const approvalKinds = ['opt-in', 'written-approval'] as const
const kind = z.enum(approvalKinds)

export const trainingApprovalView = z.object({
  id: z.string(),
  organisationId: z.string(),
  projectId: z.string().nullable().describe('null: every project of the organisation'),
  kind,
  content: z.array(z.string()).describe('categories of the data map, such as content.inference'),
  givenAt: instant,
  until: instant.nullable().describe('null: until it is withdrawn'),
  withdrawnAt: instant.nullable(),
  inForce: z.boolean(),
  counts: z.boolean().describe('whether, in force, it lets anything train: the policy or a plan may ask for more'),
  policy: z.string(),
  policyVersion: z.string().describe('of the policy under which it was given'),
  statement: z.string().nullable().describe('what was agreed to; null once it cannot be read any more'),
  document: z.string().nullable().describe('reference of the signed document; null: an opt-in'),
  signer: z.string().nullable().describe('who signed it; shown to the organisation, not to staff'),
  signedOn: z.string().nullable().describe('YYYY-MM-DD'),
  givenBy: z.string().nullable().describe('id of the owner who opted in; null once they are erased'),
  recordedBy: z.string().nullable().describe('id of the officer who wrote a written approval down'),
  salt: z.string().nullable().describe('32 bytes, hex; the commitment is made with it'),
  commitment: z.string().describe('as the evidence log has it'),
})

export const trainingView = z.object({
  level: level.describe('what may let content of this organisation train a model'),
  by: z.enum(['policy', 'plan']).describe('whether the policy says so, or the organisation’s deployment plan'),
  content: z.array(z.string()).describe('the categories that the policy lets be used to train'),
  items: z.array(trainingApprovalView).describe('newest first'),
})

const scope = {
  projectId: z.string().max(60).nullable().default(null).describe('null: every project'),
  content: z.array(z.string().max(60)).min(1).max(10).describe('such as content.inference'),
  until: instant.nullable().default(null).describe('null: until it is withdrawn'),
}
const approvalParams = organisationParams.extend({ approvalId: z.string().max(60) })
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const memberErrors = ['not_signed_in', 'forbidden', 'not_found'] as const

const ours = { tag: 'Your data', status: 200 } as const
const officers = { tag: 'Privacy', status: 200, access: staff('privacy-officer', 'operator') } as const

export const trainingEndpoints = {
  show: endpoint({
    ...ours,
    id: 'training.show',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/training',
    summary: 'Whether your organisation’s content may train models, and who agreed to that',
    access: memberOf('organisation'),
    params: organisationParams,
    response: trainingView,
    errors: ['not_signed_in', 'not_found'],
  }),
  optIn: endpoint({
    ...ours,
    id: 'training.optIn',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/organisations/{organisationId}/training',
    summary: 'Let content of your organisation train models',
    description: 'For owners, and only where the policy lets an opt-in do. It can be withdrawn at any time.',
    access: memberOf('organisation', 'owner'),
    params: organisationParams,
    body: z.object(scope),
    response: trainingApprovalView,
    errors: [...memberErrors, 'invalid_request', 'policy_refused'],
  }),
  withdraw: endpoint({
    ...ours,
    id: 'training.withdraw',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/organisations/{organisationId}/training/{approvalId}/withdraw',
    summary: 'Withdraw an opt-in or an approval; nothing is read by it any more',
    access: memberOf('organisation', 'owner', 'admin'),
    params: approvalParams,
    body: z.object({}),
    response: trainingApprovalView,
    errors: [...memberErrors, 'conflict'],
  }),
  list: endpoint({
    ...officers,
    id: 'training.list',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/training',
    summary: 'Opt-ins and approvals to train of every organisation, newest first',
    query: pageQuery.extend({
      organisationId: z.string().max(60).optional(),
      kind: kind.optional(),
      inForce: z.enum(['true', 'false']).optional().describe('false: over or withdrawn'),
    }),
    response: pageOf(trainingApprovalView).extend({
      content: z.array(z.string()).describe('the categories that the policy lets be used to train'),
    }),
    errors: staffErrors,
  }),
  approve: endpoint({
    ...officers,
    id: 'training.approve',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/training/{organisationId}',
    summary: 'Write down that an organisation approved training in a signed document',
    params: organisationParams,
    body: z.object({
      ...scope,
      document: z.string().trim().min(1).max(200).describe('where the signed document is, such as its number'),
      signer: z.string().trim().min(1).max(200).describe('who signed for the organisation'),
      signedOn: z.iso.date().describe('the day of the signature, YYYY-MM-DD'),
    }),
    response: trainingApprovalView,
    errors: [...staffErrors, 'not_found', 'invalid_request', 'policy_refused'],
  }),
  revoke: endpoint({
    ...officers,
    id: 'training.revoke',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/training/{organisationId}/{approvalId}/revoke',
    summary: 'End an approval to train for an organisation that asked for it',
    params: approvalParams,
    body: z.object({}),
    response: trainingApprovalView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
} as const
