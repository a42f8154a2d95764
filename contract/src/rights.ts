import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, person, staff } from './endpoint.ts'
import { password } from './identity-fields.ts'

export const rightsKinds = ['access', 'export', 'rectification', 'erasure', 'restriction', 'objection'] as const
export const rightsStates = ['waiting', 'running', 'held', 'done', 'cancelled'] as const

export const rightsRequestView = z.object({
  id: z.string(),
  kind: z.enum(rightsKinds),
  state: z
    .enum(rightsStates)
    .describe('waiting: may still be cancelled; held: a legal hold keeps a part, the rest is done'),
  askedAt: instant,
  dueAt: instant.describe('by when the policy promises it'),
  startsAt: instant,
  finishedAt: instant.nullable(),
  overdue: z.boolean(),
  removed: z.number().int().describe('rows that were deleted'),
  emptied: z.number().int().describe('rows that stay without the person'),
})

export const keptView = z.object({
  table: z.string(),
  how: z.enum(['kept', 'without the person']),
  period: z.string().describe('ISO 8601 duration or "forever", from the policy'),
  why: z.string(),
})

export const receiptView = rightsRequestView.extend({
  kept: z.array(keptView).describe('what stays, for how long and why'),
  commitment: z.string().describe('SHA-256 of the salt, a line feed and the email address, as the evidence log has it'),
  salt: z.string().describe('known to nobody without this receipt'),
  proof: z.string().nullable().describe('a C2SP tlog-proof once it is done; check it with avow evidence verify'),
  verifierKey: z.string(),
})

const data = z.object({
  categories: z.array(
    z.object({
      category: z.string(),
      label: z.string(),
      held: z.array(z.string()).describe('the columns, as table.column'),
      rows: z.number().int(),
      purposes: z.array(z.object({ purpose: z.string(), label: z.string(), basis: z.string() })),
      sources: z.array(z.string()),
      since: instant.nullable().describe('the oldest row'),
      kept: z.string().describe('for how long, and from when'),
      recipients: z.array(z.string()),
      onErasure: z.string(),
    }),
  ),
})

const tag = 'Your data'
export const rightsEndpoints = {
  requestErasure: endpoint({
    id: 'rights.requestErasure',
    method: 'POST',
    path: '/me/erasure',
    tag,
    summary: 'Have everything about you erased',
    description:
      'Asks for the password again, and for a code where two-step sign-in is set up. Nothing happens before `startsAt`; until then it can be cancelled. The receipt’s address is shown once and works without an account.',
    access: person,
    body: z.object({
      password,
      code: z.string().max(40).optional(),
      delay: z
        .string()
        .max(20)
        .optional()
        .describe('ISO 8601 duration until it begins, at most the policy’s deadline; three days without it'),
    }),
    status: 202,
    response: rightsRequestView.extend({ receiptToken: z.string().nullable(), receiptUrl: z.string().nullable() }),
    shownOnce: ['receiptToken', 'receiptUrl'],
    errors: ['not_signed_in', 'wrong_credentials', 'second_factor_required', 'wrong_code', 'conflict', 'rate_limited'],
  }),
  cancelErasure: endpoint({
    id: 'rights.cancelErasure',
    method: 'POST',
    path: '/me/erasure/cancel',
    tag,
    summary: 'Cancel your erasure before it begins',
    access: person,
    status: 200,
    response: rightsRequestView,
    errors: ['not_signed_in', 'not_found'],
  }),
  myRequests: endpoint({
    id: 'rights.myRequests',
    method: 'GET',
    path: '/me/requests',
    tag,
    summary: 'Your requests: what you asked for and how far it is',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(rightsRequestView),
    errors: ['not_signed_in'],
  }),
  receipt: endpoint({
    id: 'rights.receipt',
    method: 'GET',
    path: '/privacy/receipts/{token}',
    tag,
    summary: 'The receipt of an erasure, for whoever has its address',
    access: open,
    params: z.object({ token: z.string().max(100) }),
    status: 200,
    response: receiptView,
    errors: ['not_found'],
  }),
  myData: endpoint({
    id: 'rights.myData',
    method: 'GET',
    path: '/me/data',
    tag,
    summary: 'What is held about you: which, why, since when, until when, from where, and who received it',
    access: person,
    status: 200,
    response: data,
    errors: ['not_signed_in'],
  }),
  exportMe: endpoint({
    id: 'rights.exportMe',
    method: 'POST',
    path: '/me/export',
    tag,
    summary: 'A copy of everything about you, as an archive',
    description:
      'A tar.gz, in base64: `manifest.json` and one file of JSON Lines for each table. Secrets are left out, and the manifest says so.',
    access: person,
    body: z.object({}),
    status: 200,
    response: rightsRequestView.extend({
      fileName: z.string(),
      archive: z.string().nullable().describe('base64; shown once'),
    }),
    shownOnce: ['archive'],
    errors: ['not_signed_in'],
  }),
  requests: endpoint({
    id: 'rights.requests',
    method: 'GET',
    path: '/privacy/requests',
    tag: 'Privacy',
    summary: 'Requests of people and their deadlines',
    access: staff('privacy-officer', 'operator'),
    query: pageQuery.extend({ state: z.enum(rightsStates).optional() }),
    status: 200,
    response: pageOf(rightsRequestView.extend({ personId: z.string().nullable() })),
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
} as const

export const holdView = z.object({
  id: z.string(),
  scope: z.enum(['person', 'organisation', 'everyone']),
  subjectId: z.string().nullable(),
  categories: z.array(z.string()).nullable().describe('null: every category'),
  ground: z.string(),
  reference: z.string().nullable(),
  placedBy: z.string().nullable(),
  placedAt: instant,
  beginsAt: instant,
  endsAt: instant.nullable(),
  releasedBy: z.string().nullable(),
  active: z.boolean(),
})

const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const officers = staff('privacy-officer', 'operator')
export const holdEndpoints = {
  list: endpoint({
    id: 'holds.list',
    method: 'GET',
    path: '/privacy/holds',
    tag: 'Privacy',
    summary: 'Legal holds, newest first',
    access: officers,
    query: pageQuery,
    status: 200,
    response: pageOf(holdView),
    errors: staffErrors,
  }),
  create: endpoint({
    id: 'holds.create',
    method: 'POST',
    path: '/privacy/holds',
    tag: 'Privacy',
    summary: 'Place a legal hold: what it covers is neither expired nor erased',
    access: officers,
    body: z.object({
      scope: z.enum(['person', 'organisation', 'everyone']),
      subjectId: z.string().max(120).optional().describe('a person’s id or address, or an organisation’s id'),
      categories: z.array(z.string().max(60)).min(1).max(30).optional().describe('without it: every category'),
      ground: z.string().trim().min(3).max(500),
      reference: z.string().trim().max(200).optional(),
      endsAt: instant.optional(),
    }),
    status: 201,
    response: holdView,
    errors: [...staffErrors, 'invalid_request', 'not_found'],
  }),
  release: endpoint({
    id: 'holds.release',
    method: 'POST',
    path: '/privacy/holds/{holdId}/release',
    tag: 'Privacy',
    summary: 'Release a legal hold: what it stopped goes on',
    access: officers,
    params: z.object({ holdId: z.string() }),
    body: z.object({}),
    status: 200,
    response: holdView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
} as const
