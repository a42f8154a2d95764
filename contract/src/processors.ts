import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, person, staff } from './endpoint.ts'

/** On what ground data left. */
export const disclosureGrounds = [
  'processor',
  'legal-requirement',
  'safety',
  'business-transfer',
  'affiliate',
  'adviser',
  'customer-direction',
] as const

const country = z.string().nullable().describe('ISO 3166; null: not stated')

export const connectionView = z.object({
  what: z.enum(['mail', 'model', 'database', 'traces', 'download']),
  name: z.string().describe('such as the id of the model'),
  host: z.string(),
  state: z.enum(['own', 'allowed', 'refused']).describe('own: a machine of the operator, in their own network'),
  reason: z.string().nullable().describe('why it is refused, and what to do'),
})

export const processorView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  purposes: z.array(z.string()),
  categories: z.array(z.string()),
  fields: z.array(z.string()).nullable().describe('the only fields that it may receive; null: all of the categories'),
  country,
  safeguard: z.string().nullable(),
  inPolicy: z.boolean().describe('false: it received data once, and the policy does not list it any more'),
  connections: z.array(connectionView).describe('what is configured to send to it'),
  times: z.number().int().describe('how often something was sent to it'),
  subjects: z
    .number()
    .int()
    .describe('people, organisations and addresses that it was about, of whom a record is kept'),
  firstAt: instant.nullable(),
  lastAt: instant.nullable(),
})

export const sendingView = z.object({
  day: instant,
  ground: z.enum([...disclosureGrounds, 'staff']).describe('staff: the operator’s own, who looked from abroad'),
  purpose: z.string(),
  categories: z.array(z.string()),
  fields: z.array(z.string()),
  country,
  safeguard: z.string().nullable(),
  times: z.number().int(),
})

export const disclosureView = z.object({
  recipient: z.string(),
  name: z.string(),
  ground: z.enum(disclosureGrounds),
  purpose: z.string(),
  categories: z.array(z.string()),
  fields: z.array(z.string()),
  country,
  safeguard: z.string().nullable(),
  about: z.enum(['person', 'organisation', 'address']).describe('organisation: one in which there is nobody else'),
  times: z.number().int(),
  firstAt: instant,
  lastAt: instant,
})

export const transferView = z.object({
  from: z.string(),
  to: z.string(),
  recipient: z.string().nullable().describe('null: a transfer of the policy that did not happen yet'),
  name: z.string(),
  purposes: z.array(z.string()),
  categories: z.array(z.string()),
  safeguard: z.string().nullable().describe('null: none beyond the policy, which allows this region'),
  times: z.number().int(),
  firstAt: instant.nullable(),
  lastAt: instant.nullable(),
})

const tag = 'Privacy'
const officers = staff('privacy-officer', 'operator')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const processorEndpoints = {
  list: endpoint({
    id: 'processors.list',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/processors',
    tag,
    summary: 'Every party that may receive data, what for, and what it received',
    description:
      '`own` are the servers that the operator runs: they are part of this cloud and receive nothing as another party. `refused` are those that settings or the catalogue name and the policy does not allow.',
    access: officers,
    status: 200,
    response: z.object({
      items: z.array(processorView),
      own: z.array(connectionView),
      refused: z.array(connectionView),
    }),
    errors: staffErrors,
  }),
  get: endpoint({
    id: 'processors.get',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/processors/{processorId}',
    tag,
    summary: 'A party that may receive data, with what was sent to it, newest day first',
    access: officers,
    params: z.object({ processorId: z.string().max(100) }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    status: 200,
    response: processorView.extend({ sent: z.array(sendingView) }),
    errors: [...staffErrors, 'not_found'],
  }),
  transfers: endpoint({
    id: 'processors.transfers',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/transfers',
    tag,
    summary: 'Each crossing of a border with its safeguard',
    access: officers,
    status: 200,
    response: z.object({
      here: country.describe('where this installation is; null: AVOW_REGION is not set'),
      items: z.array(transferView),
    }),
    errors: staffErrors,
  }),
  myDisclosures: endpoint({
    id: 'processors.myDisclosures',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/disclosures',
    tag: 'Your data',
    summary: 'To whom data about you went, when, what and on what ground',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(disclosureView),
    errors: ['not_signed_in'],
  }),
} as const
