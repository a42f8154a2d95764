import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'

export const rightsKinds = [
  'access',
  'export',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'appeal',
] as const
export const rightsStates = ['waiting', 'running', 'held', 'done', 'denied', 'cancelled'] as const

/** What a person of the operator must answer, because no button does it. */
export const openEndedKinds = ['access', 'rectification'] as const

/** How it was made sure that the one who asks is the one whom it is about. */
export const verifications = [
  'session',
  'password',
  'password-and-code',
  'in-person',
  'call-back',
  'identity-document',
  'power-of-attorney',
] as const

/** Those that an officer may state. */
const officerVerifications = ['in-person', 'call-back', 'identity-document', 'power-of-attorney'] as const

export const denialGrounds = ['not-verified', 'law-requires-it', 'unfounded', 'excessive', 'rights-of-others'] as const

/** Why a request ended without an answer and without its person's wish. */
export const closingReasons = ['person-erased'] as const

export const rightsRequestView = z.object({
  id: z.string(),
  kind: z.enum(rightsKinds),
  state: z
    .enum(rightsStates)
    .describe(
      'waiting: not begun, may still be cancelled; held: under way, a legal hold keeps a part; it ends when the hold does',
    ),
  askedAt: instant,
  dueAt: instant.describe('by when the policy promises it, with an extension if there was one'),
  startsAt: instant,
  finishedAt: instant.nullable(),
  overdue: z.boolean(),
  removed: z.number().int().describe('rows that were deleted'),
  emptied: z.number().int().describe('rows that stay without the person'),
  verified: z.enum(verifications).nullable().describe('how it was made sure who asks'),
  extended: z.boolean(),
  denialGround: z.enum(denialGrounds).nullable(),
  appealOf: z.string().nullable().describe('the refused request that this is an appeal against'),
  appealed: z.boolean(),
  appealGrantedAt: instant.nullable().describe('when an appeal was granted: it is decided anew'),
  closedBecause: z
    .enum(closingReasons)
    .nullable()
    .describe('person-erased: an erasure of the one who asked closed it; nobody is left to answer'),
})

export const rightsRequestDetail = rightsRequestView.extend({
  details: z.string().nullable().describe('in the words of the one who asked'),
  answer: z.string().nullable().describe('what was answered, or why it was refused or takes longer'),
  refusal: z.string().nullable().describe('why it was refused before an appeal was granted'),
  appealPath: z.string().nullable().describe('where to appeal against a refusal'),
})

const officers = staff('privacy-officer', 'operator')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const officerView = { personId: z.string().nullable(), handledBy: z.string().nullable() }
const params = z.object({ requestId: z.string() })
const words = z.string().trim().min(3).max(2000)
const tag = 'Privacy'

/** What officers do about the requests of people. */
export const officerRights = {
  requests: endpoint({
    id: 'rights.requests',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/requests',
    tag,
    summary: 'Requests of people and their deadlines',
    access: officers,
    query: pageQuery.extend({
      state: z.enum(rightsStates).optional(),
      kind: z.enum(rightsKinds).optional(),
      open: z.enum(['true']).optional().describe('only those that are not over'),
      dueBefore: instant.optional().describe('due before this instant'),
      personId: z.string().max(60).optional(),
    }),
    status: 200,
    response: pageOf(rightsRequestView.extend(officerView)),
    errors: staffErrors,
  }),
  request: endpoint({
    id: 'rights.request',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/requests/{requestId}',
    tag,
    summary: 'One request, with the words of the one who asked',
    access: officers,
    params,
    status: 200,
    response: rightsRequestDetail.extend(officerView),
    errors: [...staffErrors, 'not_found'],
  }),
  onBehalf: endpoint({
    id: 'rights.onBehalf',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/requests',
    tag,
    summary: 'Open a request for a person who asked by another way',
    description:
      'Say how it was made sure who asks: it is recorded. The person is told by mail, and can cancel an erasure until it begins.',
    access: officers,
    body: z.object({
      person: z.string().max(254).describe('id or email address'),
      kind: z.enum(['erasure', ...openEndedKinds]),
      verified: z.enum(officerVerifications),
      details: words,
    }),
    status: 201,
    response: rightsRequestDetail.extend(officerView),
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict'],
  }),
  complete: endpoint({
    id: 'rights.complete',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/requests/{requestId}/complete',
    tag,
    summary: 'Answer a request, or grant an appeal; the person is told',
    access: officers,
    params,
    body: z.object({ answer: words }),
    status: 200,
    response: rightsRequestDetail.extend(officerView),
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict', 'policy_refused'],
  }),
  deny: endpoint({
    id: 'rights.deny',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/requests/{requestId}/deny',
    tag,
    summary: 'Refuse a request with its reason; the person is told, with the way to appeal',
    description: 'An appeal is decided by another person than the one who refused.',
    access: officers,
    params,
    body: z.object({ ground: z.enum(denialGrounds), reason: words }),
    status: 200,
    response: rightsRequestDetail.extend(officerView),
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict', 'policy_refused'],
  }),
  extend: endpoint({
    id: 'rights.extend',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/requests/{requestId}/extend',
    tag,
    summary: 'Take the longer time that the policy allows, once, with a reason; the person is told',
    access: officers,
    params,
    body: z.object({ reason: words }),
    status: 200,
    response: rightsRequestDetail.extend(officerView),
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict', 'policy_refused'],
  }),
} as const
