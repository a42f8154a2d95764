import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'

/** Why a message needs no answer from here. */
export const messageClosings = ['spam', 'answered-elsewhere'] as const

const contact = z.string().max(60).describe('as the policy names its contacts, such as `privacy`')

/** A message to one of the contacts that the policy publishes, as the officers see it. */
export const contactMessageView = z.object({
  id: z.string(),
  contact,
  name: z.string().nullable(),
  email: z.string().describe('as its writer gave it; nobody verified it'),
  text: z.string(),
  receivedAt: instant,
  dueAt: instant.describe('a message may ask for a right: the shortest deadline that the policy gives one'),
  overdue: z.boolean(),
  state: z.enum(['open', 'answered', 'closed']),
  answer: z.string().nullable(),
  closedBecause: z.enum(messageClosings).nullable(),
  endedAt: instant.nullable().describe('when it was answered or closed'),
  endedBy: z.string().nullable().describe('id of a person; null once they are erased'),
})

const tag = 'Contact'
const officers = staff('privacy-officer', 'operator')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const params = z.object({ messageId: z.string() })
const readsFor = ['communicate', 'account'] as const
const text = z.string().trim().min(3).max(10_000)

export const contactEndpoints = {
  show: endpoint({
    id: 'contact.show',
    readsFor,
    method: 'GET',
    path: '/contact',
    tag,
    summary: 'Whom one can write to here, and by when they answer',
    access: { kind: 'public' },
    status: 200,
    response: z.object({
      contacts: z
        .array(contact)
        .describe('empty where the policy keeps no inquiries: then nothing can be written here'),
      answerWithin: z.string().describe('ISO 8601 duration'),
    }),
    errors: [],
  }),
  write: endpoint({
    id: 'contact.write',
    readsFor,
    method: 'POST',
    path: '/contact',
    tag,
    summary: 'Write to one of them; no account is needed',
    description: 'The answer goes to the address that you give. How often one address may write is limited.',
    access: { kind: 'public' },
    body: z.object({
      contact,
      name: z.string().trim().min(1).max(120).optional(),
      email: z.email().max(320),
      text,
    }),
    status: 202,
    response: z.object({ receivedAt: instant, dueAt: instant.describe('by when it is answered') }),
    errors: ['invalid_request', 'policy_refused', 'rate_limited'],
  }),
  messages: endpoint({
    id: 'contact.messages',
    readsFor,
    method: 'GET',
    path: '/privacy/messages',
    tag,
    summary: 'Messages to the contacts of the policy, newest first',
    access: officers,
    query: pageQuery.extend({
      open: z.enum(['true', 'false']).optional().describe('true: only those that wait for an answer'),
      contact: contact.optional(),
    }),
    status: 200,
    response: pageOf(contactMessageView),
    errors: staffErrors,
  }),
  message: endpoint({
    id: 'contact.message',
    readsFor,
    method: 'GET',
    path: '/privacy/messages/{messageId}',
    tag,
    summary: 'One message to a contact of the policy',
    access: officers,
    params,
    status: 200,
    response: contactMessageView,
    errors: [...staffErrors, 'not_found'],
  }),
  answer: endpoint({
    id: 'contact.answer',
    readsFor,
    method: 'POST',
    path: '/privacy/messages/{messageId}/answer',
    tag,
    summary: 'Answer a message, by mail to its writer',
    access: officers,
    params,
    body: z.object({ text }),
    status: 200,
    response: contactMessageView,
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict'],
  }),
  close: endpoint({
    id: 'contact.close',
    readsFor,
    method: 'POST',
    path: '/privacy/messages/{messageId}/close',
    tag,
    summary: 'Close a message that needs no answer from here',
    access: officers,
    params,
    body: z.object({ reason: z.enum(messageClosings) }),
    status: 200,
    response: contactMessageView,
    errors: [...staffErrors, 'invalid_request', 'not_found', 'conflict'],
  }),
} as const
