import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery, person, staff } from './endpoint.ts'

/** Micro-units of the currency (10^-6) as a decimal string: money never passes through a float. */
export const micros = z
  .string()
  .regex(/^-?\d+$/, 'write a whole number of micro-units as text, such as "250000"')
  .describe('micro-units as a decimal string')

export const modelView = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  toy: z.boolean().describe('true: for tests and first steps only'),
  served: z
    .enum(['embedded', 'upstream'])
    .describe('embedded: on this machine; upstream: an OpenAI-compatible server elsewhere'),
  provider: z.string().nullable().describe('who else sees requests at the model’s own place; null: nobody'),
  providers: z
    .array(z.string())
    .describe('every company that may see requests: each only those of organisations that accepted it'),
  licence: z.string().nullable(),
  contextTokens: z.number().int().nullable(),
  parameters: z.string().nullable().describe('such as 270M'),
  currency: z.string(),
  promptMicrosPerMillionTokens: micros,
  completionMicrosPerMillionTokens: micros,
  state: z.enum(['absent', 'downloading', 'starting', 'ready', 'failed', 'disabled']),
  reason: z.string().nullable().describe('why it is not ready, and what to do'),
  download: z
    .object({
      bytesDone: z.number().int(),
      bytesTotal: z.number().int().nullable(),
      source: z.string(),
      bytesPerSecond: z.number(),
    })
    .nullable(),
  createdAt: instant,
})

/** Staff also see where a request goes. */
export const modelOperatorView = modelView.extend({
  upstream: z.string().nullable().describe('base address, never its key'),
  recipient: z
    .string()
    .nullable()
    .describe('who runs its server, as an id of the policy’s recipients; null: the operator'),
  hasUpstreamKey: z.boolean(),
})

const recipientId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,99}$/, 'use the id of a recipient in the policy, such as example-ai')
const providerName = z.string().trim().min(1).max(120)

export const modelId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/,
    'use letters, digits, . _ : / - (at most 200, first a letter or digit)',
  )
  .describe('what callers put in `model`')

export const usageRow = z.object({
  at: instant.nullable().describe('start of the hour or day; null when grouped otherwise'),
  model: z.string().nullable(),
  keyId: z.string().nullable(),
  keyName: z.string().nullable(),
  requests: z.number().int(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  batchRequests: z.number().int().describe('of these, lines of batches, at half the price'),
  failedRequests: z
    .number()
    .int()
    .describe('no full answer through no fault of the caller: the model’s server failed, or this one was stopped'),
  costMicros: micros.describe(
    'micro-units as a decimal string: the exact sum of tokens times prices, rounded half up only here; totals are rounded of the exact total',
  ),
})

export const usageView = z.object({
  since: instant,
  until: instant,
  currency: z.string(),
  totals: usageRow.omit({ at: true, model: true, keyId: true, keyName: true }),
  rows: z.array(usageRow),
})

const usageQuery = z.object({
  since: instant.optional().describe('default: 30 days ago'),
  until: instant.optional().describe('default: now'),
  groupBy: z.enum(['hour', 'day', 'model', 'key']).default('day'),
  model: z.string().max(200).optional(),
  keyId: z.string().optional(),
})

export const modelEndpoints = {
  list: endpoint({
    id: 'models.list',
    readsFor: ['provide'],
    method: 'GET',
    path: '/models',
    tag: 'Models',
    summary: 'List the model catalogue',
    access: person,
    query: pageQuery.extend({ search: z.string().max(200).optional(), state: modelView.shape.state.optional() }),
    status: 200,
    response: pageOf(modelView),
    errors: ['not_signed_in'],
  }),
  listForOperator: endpoint({
    id: 'models.listForOperator',
    readsFor: ['provide'],
    method: 'GET',
    path: '/operate/models',
    tag: 'Operate',
    summary: 'List the model catalogue with upstreams',
    access: staff('operator'),
    query: pageQuery,
    status: 200,
    response: pageOf(modelOperatorView),
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
  add: endpoint({
    id: 'models.add',
    readsFor: ['provide'],
    method: 'POST',
    path: '/operate/models',
    tag: 'Operate',
    summary: 'Put an OpenAI-compatible server behind the gateway as a model',
    access: staff('operator'),
    body: z.object({
      id: modelId,
      name: z.string().trim().min(1).max(120).optional(),
      description: z.string().max(2000).default(''),
      upstream: z
        .url()
        .max(500)
        .describe('base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1'),
      upstreamModel: z.string().max(200).optional().describe('the name sent upstream; default: the id'),
      upstreamKey: z.string().max(500).optional().describe('stored encrypted, never shown'),
      provider: providerName
        .nullable()
        .default(null)
        .describe(
          'who else sees requests: the name or id of a recipient of the policy; default: nobody, which is so on this machine and in private networks only',
        ),
      recipient: recipientId.optional().describe('who runs the server, as an id of the policy’s recipients'),
      contextTokens: z.number().int().min(1).nullable().default(null),
      promptMicrosPerMillionTokens: micros.default('0'),
      completionMicrosPerMillionTokens: micros.default('0'),
    }),
    status: 201,
    response: modelOperatorView,
    errors: [
      'not_signed_in',
      'forbidden',
      'second_factor_not_set_up',
      'second_factor_required',
      'already_exists',
      'upstream_invalid',
      'recipient_refused',
      'region_refused',
      'invalid_request',
    ],
  }),
  update: endpoint({
    id: 'models.update',
    readsFor: ['provide'],
    method: 'PATCH',
    path: '/operate/models/{modelId}',
    tag: 'Operate',
    summary: 'Change a model’s prices or provider, or enable or disable it',
    access: staff('operator'),
    params: z.object({ modelId: z.string() }),
    body: z.object({
      enabled: z.boolean().optional(),
      description: z.string().max(2000).optional(),
      provider: providerName
        .nullable()
        .optional()
        .describe(
          'who else sees requests: the name or id of a recipient of the policy; null, nobody, only for this machine and private networks',
        ),
      recipient: recipientId.nullable().optional().describe('who runs the server, as an id of the policy’s recipients'),
      promptMicrosPerMillionTokens: micros.optional(),
      completionMicrosPerMillionTokens: micros.optional(),
    }),
    status: 200,
    response: modelOperatorView,
    errors: [
      'not_signed_in',
      'forbidden',
      'second_factor_not_set_up',
      'second_factor_required',
      'not_found',
      'upstream_invalid',
      'recipient_refused',
      'region_refused',
      'invalid_request',
    ],
  }),
  download: endpoint({
    id: 'models.download',
    readsFor: ['provide'],
    method: 'POST',
    path: '/operate/models/{modelId}/download',
    tag: 'Operate',
    summary: 'Start or resume the download of an embedded model',
    access: staff('operator'),
    params: z.object({ modelId: z.string() }),
    status: 202,
    response: modelOperatorView,
    errors: [
      'not_signed_in',
      'forbidden',
      'second_factor_not_set_up',
      'second_factor_required',
      'not_found',
      'conflict',
    ],
  }),
  remove: endpoint({
    id: 'models.remove',
    readsFor: ['provide'],
    method: 'DELETE',
    path: '/operate/models/{modelId}',
    tag: 'Operate',
    summary: 'Take a model out of the catalogue; usage already booked stays',
    access: staff('operator'),
    params: z.object({ modelId: z.string() }),
    status: 204,
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required', 'not_found'],
  }),
} as const

export const usageEndpoints = {
  project: endpoint({
    id: 'usage.project',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: '/projects/{projectId}/usage',
    tag: 'Usage',
    summary: 'Usage of a project',
    access: memberOf('project'),
    params: z.object({ projectId: z.string() }),
    query: usageQuery,
    status: 200,
    response: usageView,
    errors: ['not_signed_in', 'not_found', 'invalid_request'],
  }),
  organisation: endpoint({
    id: 'usage.organisation',
    readsFor: ['billing', 'account'],
    method: 'GET',
    path: '/organisations/{organisationId}/usage',
    tag: 'Usage',
    summary: 'Usage of an organisation',
    access: memberOf('organisation'),
    params: z.object({ organisationId: z.string() }),
    query: usageQuery,
    status: 200,
    response: usageView,
    errors: ['not_signed_in', 'not_found', 'invalid_request'],
  }),
} as const
