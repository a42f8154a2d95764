import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, person } from './endpoint.ts'
import { exportEndpoints } from './exports.ts'
import { password } from './identity-fields.ts'
import { disclosureView } from './processors.ts'
import { officerRights, openEndedKinds, rightsRequestDetail, rightsRequestView } from './rights-requests.ts'

const what = z.string().describe('what a table holds, in the words of the policy')

export const keptView = z.object({
  table: z.string(),
  what,
  how: z.enum(['kept', 'without the person']),
  period: z.string().describe('ISO 8601 duration or "forever", from the policy'),
  why: z.string(),
})

export const erasureNoticeView = z.object({
  name: z.string(),
  state: z.enum(['told', 'not-tellable']),
  reason: z.string().nullable().describe('why it could not be told'),
  at: instant,
})

export const receiptView = rightsRequestView.extend({
  processors: z
    .array(erasureNoticeView)
    .describe('others that had received something, and whether they were told to erase it'),
  kept: z.array(keptView).describe('what stays, for how long and why'),
  commitment: z.string().describe('SHA-256 of the salt, a line feed and the email address, as the evidence log has it'),
  salt: z.string().describe('known to nobody without this receipt'),
  proof: z.string().nullable().describe('a C2SP tlog-proof once it is done; check it with avow evidence verify'),
  verifierKey: z.string(),
})

const organisationFate = z.object({
  id: z.string(),
  name: z.string(),
  otherMembers: z.number().int(),
  fate: z
    .enum(['erased', 'needs-decision', 'stays'])
    .describe(
      'erased: nobody else is in it; needs-decision: nobody else owns it, so hand it over or name it in `closeOrganisations`; stays: others own it',
    ),
})

export const erasurePreview = z.object({
  irreversible: z.string().describe('what cannot be undone, in words; show it before asking'),
  delay: z.string().describe('ISO 8601 duration in which it can be cancelled, from the policy'),
  deadline: z.string().describe('by when it is done, from the policy'),
  removed: z.array(z.object({ table: z.string(), what, rows: z.number().int() })).describe('what goes, counted now'),
  kept: z
    .array(keptView.extend({ rows: z.number().int().describe('of theirs, counted now') }))
    .describe('what stays, for how long and why'),
  held: z.boolean().describe('a legal hold keeps a part until it is released'),
  organisations: z.array(organisationFate),
  blocked: z.string().nullable().describe('why it cannot be asked for now; null when it can'),
  confirmation: z
    .string()
    .describe('send it with the request: it says that this was shown. It is another one when what is kept changes'),
})

const data = z.object({
  disclosures: z
    .array(disclosureView)
    .describe('to whom data went, newest first, at most 200; all of them by GET /me/disclosures'),
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

/** What an import made, and what it left to be read. */
export const importResult = z.object({
  madeAt: instant.describe('when the export was made'),
  made: z.array(
    z.object({
      kind: z.enum(['name', 'organisation', 'project']),
      name: z.string(),
      id: z.string().nullable(),
      isNew: z.boolean().describe('false: it was there already'),
    }),
  ),
  kept: z
    .array(z.object({ table: z.string(), rows: z.number().int(), why: z.string() }))
    .describe('what was not made anew'),
})

const tag = 'Your data'
export const rightsEndpoints = {
  previewErasure: endpoint({
    id: 'rights.previewErasure',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/erasure/preview',
    tag,
    summary: 'What an erasure would remove, what it would keep and why',
    description: 'Nothing is asked for yet. An erasure needs the `confirmation` of this answer.',
    access: person,
    status: 200,
    response: erasurePreview,
    errors: ['not_signed_in'],
  }),
  requestErasure: endpoint({
    id: 'rights.requestErasure',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/me/erasure',
    tag,
    summary: 'Have everything about you erased',
    description:
      'Irreversible once it begins. Needs the `confirmation` of the preview, the password again, and a code where two-step sign-in is set up. Nothing happens before `startsAt`; until then it can be cancelled. The receipt’s address is shown once and works without an account.',
    access: person,
    body: z.object({
      password,
      code: z.string().max(40).optional(),
      confirmation: z.string().max(200).describe('from the preview'),
      closeOrganisations: z
        .array(z.string().max(60))
        .max(200)
        .default([])
        .describe('organisations with other members that nobody else owns, and that close with it'),
      delay: z
        .string()
        .max(20)
        .optional()
        .describe('ISO 8601 duration until it begins, less than the policy’s deadline; without it the policy’s delay'),
    }),
    status: 202,
    response: rightsRequestView.extend({
      receiptToken: z.string().nullable(),
      receiptUrl: z
        .string()
        .nullable()
        .describe('a page for people; the API gives the same at /privacy/receipts/{token}'),
    }),
    shownOnce: ['receiptToken', 'receiptUrl'],
    errors: ['not_signed_in', 'wrong_credentials', 'second_factor_required', 'wrong_code', 'conflict', 'rate_limited'],
  }),
  cancelErasure: endpoint({
    id: 'rights.cancelErasure',
    readsFor: ['legal', 'account'],
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
    readsFor: ['legal', 'account'],
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
    readsFor: ['legal', 'account'],
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
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/data',
    tag,
    summary: 'What is held about you: which, why, since when, until when, from where, and who received it',
    access: person,
    status: 200,
    response: data,
    errors: ['not_signed_in'],
  }),
  ...exportEndpoints,
  importMe: endpoint({
    id: 'rights.importMe',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/me/import',
    tag,
    summary: 'Bring an export of another Avow with you',
    description:
      'Makes anew your name, your organisations and their projects; says of everything else why it stays in the archive. Files are compared with the checksums of the manifest. Repeating it adds nothing.',
    access: person,
    body: z.object({ archive: z.string().min(1).describe('the tar.gz in base64') }),
    bodyBytesMax: 16 * 1024 * 1024,
    status: 200,
    response: importResult,
    errors: ['not_signed_in', 'archive_invalid', 'body_too_large'],
  }),
  askRight: endpoint({
    id: 'rights.ask',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/me/requests',
    tag,
    summary: 'Ask for what you cannot do here yourself',
    description:
      'A person of the operator answers by the deadline. Correcting, taking and erasing most of it needs nobody.',
    access: person,
    body: z.object({ kind: z.enum(openEndedKinds), details: z.string().trim().min(3).max(2000) }),
    status: 201,
    response: rightsRequestDetail,
    errors: ['not_signed_in', 'invalid_request', 'rate_limited'],
  }),
  myRequest: endpoint({
    id: 'rights.myRequest',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/requests/{requestId}',
    tag,
    summary: 'One of your requests, with what was answered and why',
    access: person,
    params: z.object({ requestId: z.string() }),
    status: 200,
    response: rightsRequestDetail,
    errors: ['not_signed_in', 'not_found'],
  }),
  appeal: endpoint({
    id: 'rights.appeal',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/me/requests/{requestId}/appeal',
    tag,
    summary: 'Appeal against a refusal: another person decides',
    access: person,
    params: z.object({ requestId: z.string() }),
    body: z.object({ details: z.string().trim().min(3).max(2000).describe('why the refusal is wrong') }),
    status: 201,
    response: rightsRequestDetail,
    errors: ['not_signed_in', 'not_found', 'conflict', 'invalid_request'],
  }),
  ...officerRights,
} as const
