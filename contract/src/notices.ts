import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, person, staff } from './endpoint.ts'

/** What of a notice anyone who was told may read. */
const noticeText = z.object({
  id: z.string(),
  kind: z.enum(['service', 'marketing', 'policy-change', 'transfer']),
  subject: z.string(),
  body: z.string().describe('plain text'),
})

export const noticeView = noticeText.extend({
  createdAt: instant,
  createdBy: z.string().nullable().describe('staff who wrote it; null: the server itself'),
  told: z.number().int().describe('accounts that were told so far'),
  refused: z.number().int().describe('accounts to which the mail gate did not let it go'),
  accounts: z
    .number()
    .int()
    .describe('accounts that it goes to: told and refused, and while it is under way those that are left'),
  finishedAt: instant.nullable().describe('when it had gone to every account, told or refused; null: it is under way'),
})

export const myNoticeView = noticeText.extend({
  toldAt: instant,
  dismissedAt: instant.nullable(),
})

export const policyChangeView = z.object({
  direction: z.enum(['weaker', 'stronger', 'different']),
  path: z.string().describe('such as retention.mail.period'),
  from: z.string().nullable(),
  to: z.string().nullable(),
})

export const policyVersionView = z.object({
  id: z.string(),
  policy: z.string(),
  version: z.string(),
  hash: z.string().describe('SHA-256 of what it says, without comments and layout'),
  state: z.enum(['waiting', 'in-force', 'ended', 'withdrawn']),
  change: z
    .enum(['first', 'weaker', 'material', 'stronger', 'editorial'])
    .describe('against the version before it; material: what cannot be ranked changes'),
  changes: z.array(policyChangeView),
  via: z.enum(['file', 'command']),
  publishedAt: instant,
  period: z.string().nullable().describe('ISO 8601 duration after everyone was told; null: none is promised'),
  takesEffectAt: instant
    .nullable()
    .describe('when it waits: the earliest time; null: not known before everyone was told'),
  inForceAt: instant.nullable(),
  endedAt: instant.nullable(),
  early: z.string().nullable().describe('why it took effect without its notice period'),
  notice: z
    .object({ id: z.string(), told: z.number().int(), finishedAt: instant.nullable() })
    .nullable()
    .describe('null: nobody had to be told'),
})

export const policyVersionsView = z.object({
  file: z
    .object({
      state: z
        .enum(['in-force', 'waiting', 'differs', 'older'])
        .describe('differs: another text under a version announced before; older: a version before the one in force'),
      version: z.string(),
      hash: z.string(),
    })
    .describe('the policy file, as the server found it at its start'),
  says: z.array(z.string()).describe('what the server said of it at its start'),
  items: z.array(policyVersionView).describe('newest first'),
})

const tag = 'Notices'
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const noticeId = z.object({ noticeId: z.string().max(100) })

export const noticeEndpoints = {
  announce: endpoint({
    id: 'notices.announce',
    readsFor: ['legal', 'account', 'communicate'],
    method: 'POST',
    path: '/privacy/notices',
    tag,
    summary: 'Tell every account something, by mail and in the console',
    description:
      'It goes on in the background; each account is told once, also after a crash. `transfer` announces that the business changes hands. `marketing` goes only to those to whom the mail gate lets it go.',
    access: staff('operator', 'privacy-officer'),
    body: z.object({
      kind: z.enum(['service', 'transfer', 'marketing']),
      subject: z.string().trim().min(1).max(200),
      body: z.string().trim().min(1).max(20_000).describe('plain text'),
    }),
    status: 201,
    response: noticeView,
    errors: [...staffErrors, 'policy_refused'],
  }),
  list: endpoint({
    id: 'notices.list',
    readsFor: ['legal', 'account', 'communicate'],
    method: 'GET',
    path: '/privacy/notices',
    tag,
    summary: 'Notices and how many were told, newest first',
    access: staff('operator', 'privacy-officer'),
    query: pageQuery,
    status: 200,
    response: pageOf(noticeView),
    errors: staffErrors,
  }),
  show: endpoint({
    id: 'notices.show',
    readsFor: ['legal', 'account', 'communicate'],
    method: 'GET',
    path: '/privacy/notices/{noticeId}',
    tag,
    summary: 'A notice and how far it is',
    access: staff('operator', 'privacy-officer'),
    params: noticeId,
    status: 200,
    response: noticeView,
    errors: [...staffErrors, 'not_found'],
  }),
  mine: endpoint({
    id: 'notices.mine',
    readsFor: ['legal', 'communicate'],
    method: 'GET',
    path: '/me/notices',
    tag,
    summary: 'What you were told: new versions of the policy, business transfers, announcements',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(myNoticeView),
    errors: ['not_signed_in'],
  }),
  dismiss: endpoint({
    id: 'notices.dismiss',
    readsFor: ['legal', 'communicate'],
    method: 'POST',
    path: '/me/notices/{noticeId}/dismiss',
    tag,
    summary: 'Do not show a notice any more',
    access: person,
    params: noticeId,
    status: 200,
    response: myNoticeView,
    errors: ['not_signed_in', 'not_found'],
  }),
  unsubscribe: endpoint({
    id: 'notices.unsubscribe',
    readsFor: ['legal', 'communicate'],
    method: 'POST',
    path: '/unsubscribe',
    tag,
    summary: 'End news with the token of a link, without a sign-in',
    description: 'The link in each message of news, `/unsubscribe/TOKEN`, does the same (RFC 8058).',
    access: open,
    body: z.object({ token: z.string().max(200) }),
    status: 200,
    response: z.object({ ended: z.boolean() }),
    errors: ['token_invalid'],
  }),
  versions: endpoint({
    id: 'notices.versions',
    readsFor: ['legal', 'account', 'communicate'],
    method: 'GET',
    path: '/policy/versions',
    tag: 'Privacy',
    summary: 'Versions of the policy: in force, waiting until when and why, ended',
    access: open,
    status: 200,
    response: policyVersionsView,
    errors: [],
  }),
  version: endpoint({
    id: 'notices.version',
    readsFor: ['legal', 'communicate'],
    method: 'GET',
    path: '/policy/versions/{versionId}',
    tag: 'Privacy',
    summary: 'A version of the policy as people could read it, also one that has ended',
    access: open,
    params: z.object({ versionId: z.string().max(100) }),
    status: 200,
    response: policyVersionView.extend({ page: z.string().describe('the whole policy as Markdown') }),
    errors: ['not_found'],
  }),
  publish: endpoint({
    id: 'notices.publish',
    readsFor: ['legal', 'account', 'communicate'],
    method: 'POST',
    path: '/policy/versions',
    tag: 'Privacy',
    summary: 'Announce a new version of the policy',
    description:
      'Works out what changes, tells every account, and lets the version wait as long as the policy in force promises. It takes effect at the first start of the server after that.',
    access: staff('operator', 'privacy-officer'),
    body: z.object({ text: z.string().min(1).max(900_000).describe('the policy file') }),
    status: 201,
    response: policyVersionView,
    errors: [...staffErrors, 'policy_invalid', 'conflict'],
  }),
} as const
