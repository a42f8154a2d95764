import { z } from 'zod'
import { country, endpoint, instant, memberOf, pageOf, pageQuery, person, staff } from './endpoint.ts'

export const authorityRequestStates = ['received', 'prepared', 'approved', 'refused', 'handed-out', 'closed'] as const
export const silenceGrounds = ['forbidden-by-law', 'danger-to-life', 'danger-to-investigation', 'unreachable'] as const

const scope = z.array(z.string().max(60)).min(1).max(30)
const words = (lengthMax: number) => z.string().trim().min(3).max(lengthMax)

/** A request of an authority, as the officers see it. */
export const authorityRequestView = z.object({
  id: z.string(),
  state: z.enum(authorityRequestStates),
  authority: z.string(),
  country: z.string().nullable().describe('where the authority is, ISO 3166; null: recorded before this was asked'),
  safeguard: z.string().nullable().describe('what the transfer rests on, where the authority is abroad'),
  legalBasis: z.string().describe('the law and the order on which it rests'),
  reference: z.string().nullable().describe('the authority’s own number'),
  subjectKind: z.enum(['person', 'organisation']),
  subjectId: z.string(),
  asked: z.array(z.string()).describe('categories of the data map that it asks for'),
  proposed: z.array(z.string()).nullable().describe('what the preparer would hand out'),
  approved: z.array(z.string()).nullable().describe('what a second person approved'),
  receivedAt: instant,
  dueAt: instant.nullable(),
  overdue: z.boolean(),
  recordedBy: z.string().nullable(),
  preparedBy: z.string().nullable(),
  preparedAt: instant.nullable(),
  preparedNote: z.string().nullable(),
  reviewedBy: z.string().nullable(),
  reviewedAt: instant.nullable(),
  decision: z.enum(['approved', 'narrowed', 'refused']).nullable(),
  decisionReason: z.string().nullable(),
  toldAt: instant.nullable().describe('when the customer was told'),
  silence: z
    .object({
      ground: z.enum(silenceGrounds),
      reason: z.string().nullable(),
      reviewAt: instant.describe('when the ground must be looked at again'),
      overdue: z.boolean(),
    })
    .nullable()
    .describe('why the customer was not told yet'),
  handedOutAt: instant.nullable(),
  handedOutBy: z.string().nullable(),
  packageSha256: z.string().nullable(),
  closedAt: instant.nullable(),
})

/** The same, as the customer sees it who was told. */
export const toldAuthorityRequestView = z.object({
  id: z.string(),
  authority: z.string(),
  legalBasis: z.string(),
  outcome: z.enum(['under review', 'approved', 'refused', 'handed out']),
  categories: z.array(z.string()).describe('what it asks for; once something was handed out, what that was'),
  receivedAt: instant,
  toldAt: instant,
  handedOutAt: instant.nullable(),
})

const tag = 'Privacy'
const officers = staff('privacy-officer', 'operator')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const params = z.object({ authorityRequestId: z.string() })
const stepErrors = [...staffErrors, 'invalid_request', 'not_found', 'conflict'] as const

/** One step of the procedure. */
const step = { method: 'POST', tag, access: officers, params, status: 200, response: authorityRequestView } as const

export const authorityRequestEndpoints = {
  list: endpoint({
    id: 'authorityRequests.list',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/authority-requests',
    tag,
    summary: 'Requests of authorities, newest first',
    access: officers,
    query: pageQuery.extend({ state: z.enum(authorityRequestStates).optional() }),
    status: 200,
    response: pageOf(authorityRequestView),
    errors: staffErrors,
  }),
  get: endpoint({
    id: 'authorityRequests.get',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/authority-requests/{authorityRequestId}',
    tag,
    summary: 'One request of an authority',
    access: officers,
    params,
    status: 200,
    response: authorityRequestView,
    errors: [...staffErrors, 'not_found'],
  }),
  record: endpoint({
    id: 'authorityRequests.record',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/authority-requests',
    tag,
    summary: 'Record the request of an authority. Nothing leaves by that',
    access: officers,
    body: z.object({
      authority: words(300),
      country: country.describe('where the authority is'),
      safeguard: words(300).optional().describe('such as a treaty; needed for a country that the policy does not name'),
      legalBasis: words(500),
      reference: z.string().trim().min(1).max(200).optional(),
      subjectKind: z.enum(['person', 'organisation']),
      subjectId: z.string().max(320).describe('a person’s id or address, or an organisation’s id'),
      categories: scope.describe('categories of the data map that it asks for'),
      receivedAt: instant.optional().describe('now, without it'),
      dueAt: instant.optional(),
    }),
    status: 201,
    response: authorityRequestView,
    errors: [...staffErrors, 'invalid_request', 'not_found'],
  }),
  prepare: endpoint({
    ...step,
    id: 'authorityRequests.prepare',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/prepare',
    summary: 'Say which categories should be handed out: what law demands, and no more',
    body: z.object({ categories: scope, note: words(2000) }),
    errors: stepErrors,
  }),
  review: endpoint({
    ...step,
    id: 'authorityRequests.review',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/review',
    summary: 'Approve, narrow or refuse what somebody else prepared',
    body: z.object({
      decision: z.enum(['approved', 'narrowed', 'refused']),
      categories: scope.optional().describe('what stays of the proposal, when it is narrowed'),
      reason: words(2000),
    }),
    errors: [...stepErrors, 'second_person_needed'],
  }),
  tell: endpoint({
    ...step,
    id: 'authorityRequests.tell',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/tell',
    summary: 'Tell the customer of it, by mail and in their data',
    body: z.object({}),
    errors: stepErrors,
  }),
  silence: endpoint({
    ...step,
    id: 'authorityRequests.silence',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/silence',
    summary: 'Record why the customer is not told, and when to look at that again',
    body: z.object({ ground: z.enum(silenceGrounds), reason: words(2000), reviewAt: instant }),
    errors: stepErrors,
  }),
  handOut: endpoint({
    ...step,
    id: 'authorityRequests.handOut',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/hand-out',
    summary: 'Make the package for the authority: what was approved, once',
    description:
      'A tar.gz, in base64, with a manifest and one file of JSON Lines for each table. It is not stored. Refused before the approval of a second person, and before the customer was told or the ground for silence recorded.',
    body: z.object({}),
    response: authorityRequestView.extend({
      fileName: z.string(),
      archive: z.string().nullable().describe('base64; shown once'),
    }),
    shownOnce: ['archive'],
    errors: [...stepErrors, 'customer_not_told', 'policy_refused'],
  }),
  close: endpoint({
    ...step,
    id: 'authorityRequests.close',
    readsFor: ['legal', 'account'],
    path: '/privacy/authority-requests/{authorityRequestId}/close',
    summary: 'Close a request that was answered or refused',
    body: z.object({}),
    errors: [...stepErrors, 'customer_not_told'],
  }),
  mine: endpoint({
    id: 'authorityRequests.mine',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/authority-requests',
    tag: 'Your data',
    summary: 'Requests of authorities about you of which you were told',
    access: person,
    status: 200,
    response: z.object({ items: z.array(toldAuthorityRequestView) }),
    errors: ['not_signed_in'],
  }),
  ofOrganisation: endpoint({
    id: 'authorityRequests.ofOrganisation',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/authority-requests',
    tag: 'Organisations',
    summary: 'Requests of authorities about the organisation of which it was told',
    access: memberOf('organisation', 'owner', 'admin'),
    params: z.object({ organisationId: z.string() }),
    status: 200,
    response: z.object({ items: z.array(toldAuthorityRequestView) }),
    errors: ['not_signed_in', 'forbidden', 'not_found'],
  }),
} as const
