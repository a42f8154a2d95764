import { z } from 'zod'
import { endpoint, instant, staff } from './endpoint.ts'

const weight = z.number().int().min(1).max(1000).describe('its share of requests among those of its tier')
const tier = z.number().int().min(0).max(9).describe('a tier is asked when nobody of a lower one can answer')

/** The id of the place that a model's own entry names. */
export const ownRouteId = 'own'

export const modelRouteView = z.object({
  id: z.string().describe('`own`: the place that the entry of the model names'),
  kind: z
    .enum(['own', 'added', 'supplied'])
    .describe('supplied: by another part of this cloud, such as a dedicated endpoint; it is not changed here'),
  upstream: z.string().nullable().describe('base address, never its key; null: this machine'),
  upstreamModel: z.string().nullable().describe('the name sent there; null: the id of the model'),
  hasUpstreamKey: z.boolean(),
  provider: z.string().nullable().describe('who else sees requests that go there; null: nobody'),
  recipient: z.string().nullable().describe('the same as an id of the policy’s recipients'),
  country: z.string().nullable().describe('where it is, ISO 3166; null: not stated'),
  forbidden: z.string().nullable().describe('why the policy lets nothing go there; null: it does'),
  weight,
  tier,
  enabled: z.boolean(),
  state: z
    .enum(['ready', 'starting', 'failed', 'resting', 'absent', 'disabled'])
    .describe('resting: it failed five times in a row; for ten seconds others are asked first'),
  reason: z.string().nullable().describe('why it is not ready'),
  inFlight: z.number().int().describe('requests that are there now, of the process that answers this'),
  createdAt: instant.nullable(),
})

const errors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const modelParams = z.object({ modelId: z.string() })
const routeParams = modelParams.extend({ routeId: z.string().max(100) })
const path = '/operate/models/{modelId}/routes'
const tag = 'Operate'
const upstreamKey = z.string().max(500)

export const modelRouteEndpoints = {
  list: endpoint({
    id: 'modelRoutes.list',
    readsFor: ['provide'],
    method: 'GET',
    path,
    tag,
    summary: 'List the pool of servers that answer for a model',
    access: staff('operator'),
    params: modelParams,
    status: 200,
    response: z.object({ items: z.array(modelRouteView) }),
    errors: [...errors, 'not_found'],
  }),
  add: endpoint({
    id: 'modelRoutes.add',
    readsFor: ['provide'],
    method: 'POST',
    path,
    tag,
    summary: 'Add an OpenAI-compatible server to the pool of a model',
    description:
      'Requests go to the lowest tier that can answer, there by weight and load. Prices are those of the model, whoever answers.',
    access: staff('operator'),
    params: modelParams,
    body: z.object({
      upstream: z.url().max(500).describe('base address, such as http://127.0.0.1:8000/v1'),
      upstreamModel: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('the name sent there; default: the id of the model'),
      upstreamKey: upstreamKey.optional().describe('stored encrypted, never shown'),
      recipient: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,99}$/, 'use the id of a recipient in the policy, such as example-ai')
        .optional()
        .describe('who runs it, as an id of the policy’s recipients; needed outside this machine and private networks'),
      weight: weight.default(1),
      tier: tier.default(0),
    }),
    status: 201,
    response: modelRouteView,
    errors: [
      ...errors,
      'not_found',
      'already_exists',
      'conflict',
      'upstream_invalid',
      'recipient_refused',
      'region_refused',
      'invalid_request',
    ],
  }),
  update: endpoint({
    id: 'modelRoutes.update',
    readsFor: ['provide'],
    method: 'PATCH',
    path: `${path}/{routeId}`,
    tag,
    summary: 'Change the weight, tier or key of a server in a pool, or take it out of service',
    access: staff('operator'),
    params: routeParams,
    body: z.object({
      weight: weight.optional(),
      tier: tier.optional(),
      enabled: z.boolean().optional().describe('of `own` the model itself is enabled or disabled'),
      upstreamKey: upstreamKey.nullable().optional().describe('stored encrypted, never shown; null: none'),
    }),
    status: 200,
    response: modelRouteView,
    errors: [...errors, 'not_found', 'conflict', 'invalid_request'],
  }),
  remove: endpoint({
    id: 'modelRoutes.remove',
    readsFor: ['provide'],
    method: 'DELETE',
    path: `${path}/{routeId}`,
    tag,
    summary: 'Take a server out of the pool of a model',
    access: staff('operator'),
    params: routeParams,
    status: 204,
    errors: [...errors, 'not_found', 'conflict'],
  }),
} as const
