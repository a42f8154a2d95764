import { z } from 'zod'
import { country, endpoint, instant, memberOf } from './endpoint.ts'
import { organisationParams } from './identity-fields.ts'

export const pinView = z.object({
  region: z
    .string()
    .nullable()
    .describe('the only region in which its data and work may be; null: wherever the policy allows'),
  here: z.string().nullable().describe('where this cloud says that it is; null: it does not say'),
  setAt: instant.nullable(),
  setBy: z.string().nullable().describe('id of a person; null once they are erased'),
})

export const providerView = z.object({
  id: z.string().describe('as the policy’s recipients name it'),
  name: z.string(),
  country: z.string().nullable().describe('ISO 3166; null: not stated'),
  safeguard: z.string().nullable(),
  terms: z.string().nullable().describe('where its own terms are: they apply to requests that go there'),
  acceptedAt: instant.nullable().describe('null: requests of the organisation are not sent there'),
  acceptedBy: z.string().nullable().describe('id of a person; null once they are erased'),
})

const tag = 'Organisations'
const providerParams = organisationParams.extend({ providerId: z.string().max(100) })
const owners = memberOf('organisation', 'owner', 'admin')

export const placementEndpoints = {
  showPin: endpoint({
    id: 'placement.showPin',
    readsFor: ['provide', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/pin',
    tag,
    summary: 'The region to which an organisation is pinned',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: pinView,
    errors: ['not_signed_in', 'not_found'],
  }),
  pin: endpoint({
    id: 'placement.pin',
    readsFor: ['provide', 'account'],
    method: 'POST',
    path: '/organisations/{organisationId}/pin',
    tag,
    summary: 'Pin an organisation to a region, or take the pin away',
    description: 'From then on, models that are served elsewhere answer 403 to its keys.',
    access: owners,
    params: organisationParams,
    body: z.object({ region: country.nullable() }),
    status: 200,
    response: pinView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request', 'region_refused'],
  }),
  listProviders: endpoint({
    id: 'placement.listProviders',
    readsFor: ['provide', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/providers',
    tag,
    summary: 'Other companies that may serve models, and whether the organisation lets its prompts go there',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: z.object({
      notice: z.string().nullable().describe('what the policy says of services of others'),
      items: z.array(providerView),
    }),
    errors: ['not_signed_in', 'not_found'],
  }),
  acceptProvider: endpoint({
    id: 'placement.acceptProvider',
    readsFor: ['provide', 'account'],
    method: 'POST',
    path: '/organisations/{organisationId}/providers/{providerId}/accept',
    tag,
    summary: 'Let the organisation’s prompts go to a provider, under its own terms',
    access: owners,
    params: providerParams,
    body: z.object({}),
    status: 200,
    response: providerView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'region_refused', 'recipient_refused'],
  }),
  refuseProvider: endpoint({
    id: 'placement.refuseProvider',
    readsFor: ['provide', 'account'],
    method: 'POST',
    path: '/organisations/{organisationId}/providers/{providerId}/refuse',
    tag,
    summary: 'Let no more prompts of the organisation go to a provider',
    access: owners,
    params: providerParams,
    body: z.object({}),
    status: 200,
    response: providerView,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
} as const
