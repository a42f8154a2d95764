import { z } from 'zod'
import { endpoint, instant, memberOf } from './endpoint.ts'
import { organisationParams } from './identity-fields.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256, 64 hexadecimal digits')

/** The data processing addendum (GDPR, Art. 28) as it would be signed now. */
export const addendumView = z.object({
  policy: z.string(),
  policyVersion: z.string(),
  hash: hash.describe('SHA-256 of the text: it is what is signed'),
  text: z.string(),
})

export const signedAddendumView = addendumView.extend({
  id: z.string(),
  signedAt: instant,
  signatory: z.string().nullable().describe('who signed for the organisation; null once it cannot be read any more'),
  title: z.string().nullable().describe('as what they signed'),
  signedBy: z.string().nullable().describe('id of the owner’s account; null once they are erased'),
  current: z.boolean().describe('whether it is what would be signed now'),
  salt: z.string().describe('the evidence log holds SHA-256 of the hash, a new line and this'),
})

const ours = {
  tag: 'Organisations',
  readsFor: ['account'],
  params: organisationParams,
} as const
const errors = ['not_signed_in', 'forbidden', 'not_found'] as const

export const addendumEndpoints = {
  show: endpoint({
    ...ours,
    id: 'addenda.show',
    method: 'GET',
    path: '/organisations/{organisationId}/addendum',
    summary: 'The data processing addendum for your organisation, made from the policy in force',
    access: memberOf('organisation', 'owner', 'admin'),
    status: 200,
    response: addendumView,
    errors,
  }),
  sign: endpoint({
    ...ours,
    id: 'addenda.sign',
    method: 'POST',
    path: '/organisations/{organisationId}/addendum',
    summary: 'Sign the data processing addendum; the operator’s countersignature and the copy are kept',
    description:
      'Sign what you read: `hash` is that of the text. If the policy changed meanwhile nothing is signed. The operator countersigns by writing the commitment into the evidence log.',
    access: memberOf('organisation', 'owner'),
    body: z.object({
      hash,
      signatory: z.string().trim().min(1).max(200).describe('who signs for the organisation'),
      title: z.string().trim().min(1).max(200).describe('as what they sign, such as Managing director'),
    }),
    status: 201,
    response: signedAddendumView,
    errors: [...errors, 'invalid_request', 'conflict'],
  }),
  list: endpoint({
    ...ours,
    id: 'addenda.list',
    method: 'GET',
    path: '/organisations/{organisationId}/addenda',
    summary: 'Every signed copy, newest first, as it was signed',
    access: memberOf('organisation', 'owner', 'admin'),
    status: 200,
    response: z.object({ items: z.array(signedAddendumView) }),
    errors,
  }),
} as const
