import { z } from 'zod'
import { country, endpoint, instant, pageOf, pageQuery, person, staff, staffRoles } from './endpoint.ts'

const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const mailView = z.object({
  id: z.string(),
  open: z.boolean().describe('false: it is about somebody else, and nobody has said why it should be read'),
  to: z
    .string()
    .describe('only its first letter and the domain while it is closed, unless it was asked for by address'),
  kind: z.string().describe('such as verify-email'),
  subject: z.string().nullable().describe('null while it is closed'),
  text: z.string().nullable().describe('null while it is closed'),
  links: z.array(z.string()).describe('none while it is closed'),
  state: z
    .enum(['held', 'queued', 'sent', 'failed', 'refused'])
    .describe('held: no mail server is configured, read it here; refused: the mail gate stopped it before it left'),
  reason: z.string().nullable(),
  createdAt: instant,
  sentAt: instant.nullable(),
})

/** Why staff want to see something, and for how long. */
const grounds = z.object({
  reason: z.string().trim().min(1).max(1000).describe('in words that the person will read'),
  ticket: z.string().trim().min(1).max(200).optional().describe('of the case; needed save in an emergency'),
  minutes: z
    .number()
    .int()
    .min(1)
    .max(480)
    .optional()
    .describe('60 without it; 15 at most, and without it, in an emergency'),
  emergency: z
    .boolean()
    .default(false)
    .describe('breaks the glass: a longer reason, a quarter of an hour, and the person is told by mail at once'),
  country: country.optional().describe('where you are; needed where the policy keeps data within borders'),
})

const readView = z.object({
  what: z.string().describe('the endpoint'),
  object: z.string().describe('id of what was looked at'),
  firstAt: instant,
  lastAt: instant,
  times: z.number().int(),
})

/** An access of staff, as the person whom it is about sees it. */
export const accessView = z.object({
  id: z.string(),
  scope: z.enum(['mail']),
  staffRole: z.enum(staffRoles),
  reason: z.string().nullable().describe('null once it cannot be read any more'),
  ticket: z.string().nullable(),
  emergency: z.boolean(),
  country: z.string().nullable().describe('where the member of staff was; null: not stated'),
  grantedAt: instant,
  expiresAt: instant,
  endedAt: instant.nullable(),
  active: z.boolean(),
  reads: z.array(readView).describe('what was looked at under it'),
  commitment: z.string().describe('as the evidence log has it'),
})

export const staffAccessView = accessView.extend({
  staffId: z.string().nullable(),
  subjectId: z.string().nullable().describe('null: an address without an account'),
})

const tag = 'Operate'
export const staffAccessEndpoints = {
  outbox: endpoint({
    id: 'operate.outbox',
    readsFor: ['communicate', 'support', 'security', 'account'],
    method: 'GET',
    path: '/operate/outbox',
    tag,
    summary: 'Mail that this cloud wrote, newest first',
    description:
      'Mail to others is closed until somebody says why they read it. On an installation without a mail server the operator’s token of the machine, by which held mail is handed on, opens it; that is recorded like every other access, and the person sees it.',
    access: staff('operator', 'support'),
    query: pageQuery.extend({ to: z.string().max(254).optional(), kind: z.string().max(60).optional() }),
    status: 200,
    response: pageOf(mailView),
    errors: staffErrors,
  }),
  mail: endpoint({
    id: 'operate.mail',
    readsFor: ['communicate', 'support', 'security', 'account'],
    method: 'GET',
    path: '/operate/outbox/{mailId}',
    tag,
    summary: 'One mail, if it is open to you',
    access: staff('operator', 'support'),
    params: z.object({ mailId: z.string() }),
    status: 200,
    response: mailView,
    errors: [...staffErrors, 'staff_access_needed', 'not_found'],
  }),
  openMail: endpoint({
    id: 'operate.openMail',
    readsFor: ['communicate', 'support', 'security', 'account'],
    method: 'POST',
    path: '/operate/outbox/{mailId}/open',
    tag,
    summary: 'Say why you read somebody’s mail, and read it',
    description:
      'Opens the mail to this address for the time that is asked for. The person sees who read what, and why.',
    access: staff('operator', 'support'),
    params: z.object({ mailId: z.string() }),
    body: grounds,
    status: 200,
    response: mailView,
    errors: [...staffErrors, 'invalid_request', 'not_found', 'policy_refused', 'region_refused'],
  }),
  list: endpoint({
    id: 'staffAccess.list',
    readsFor: ['legal', 'security', 'account'],
    method: 'GET',
    path: '/operate/access',
    tag,
    summary: 'Accesses of staff to what is about people, newest first',
    access: staff('privacy-officer', 'operator'),
    query: pageQuery,
    status: 200,
    response: pageOf(staffAccessView),
    errors: staffErrors,
  }),
  end: endpoint({
    id: 'staffAccess.end',
    readsFor: ['legal', 'security', 'account'],
    method: 'POST',
    path: '/operate/access/{grantId}/end',
    tag,
    summary: 'End an access before its time',
    access: staff(),
    params: z.object({ grantId: z.string() }),
    body: z.object({}),
    status: 200,
    response: staffAccessView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
  mine: endpoint({
    id: 'staffAccess.mine',
    readsFor: ['legal', 'security', 'account'],
    method: 'GET',
    path: '/me/access',
    tag: 'Your data',
    summary: 'When staff looked at what is about you: which, why, and for how long they could',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(accessView),
    errors: ['not_signed_in'],
  }),
} as const
