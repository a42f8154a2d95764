import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery } from './endpoint.ts'
import { projectParams } from './identity-fields.ts'
import { modelId } from './inference.ts'

/** What one replica can be. */
export const endpointSizes = ['small', 'medium', 'large'] as const

/** The most replicas that an endpoint can have. */
export const replicasMost = 3

const size = z.enum(endpointSizes)
const replicas = z.number().int().min(0).max(replicasMost)
const idleSeconds = z
  .number()
  .int()
  .min(1)
  .max(86_400)
  .describe('replicas go when fewer were enough for so long; with `replicasMin` 0 the last one, too')
const micros = z.string().describe('micro-units of the currency')

const replicaView = z.object({
  id: z.string(),
  state: z.enum(['starting', 'ready', 'draining', 'ended']),
  isCurrent: z.boolean().describe('false: it runs what the endpoint was before its last change'),
  startedAt: instant.nullable().describe('as the engine saw it; null: not yet'),
  endedAt: instant.nullable(),
  seconds: z.number().int().describe('for which it is paid'),
  inFlight: z.number().int().describe('requests that it answers now'),
  cpuSeconds: z.number().nullable().describe('CPU time since its start; null: it does not run, or nobody looked'),
  memoryBytes: z.number().int().nullable(),
})

export const modelEndpointView = z.object({
  id: z.string(),
  model: z.string().describe('what it serves'),
  modelName: z.string().describe('what calls name as `model`; for keys of its project only'),
  size,
  replicasMin: replicas,
  replicasMax: replicas,
  idleSeconds,
  state: z
    .enum(['asleep', 'starting', 'ready', 'updating', 'failing', 'deleting'])
    .describe('asleep: no replica runs, the next request starts one'),
  reason: z.string().nullable().describe('why no replica can be started, and what to do; null while one can'),
  ready: z.number().int().describe('replicas that answer'),
  inFlight: z.number().int(),
  waiting: z.number().int().describe('requests that are held until a replica is ready'),
  currency: z.string(),
  priceMicrosPerSecond: micros.describe(
    'of each replica, from the second its container starts to that in which it ends',
  ),
  seconds: z.number().int().describe('of all its replicas until now'),
  costMicros: micros.describe('of all its replicas until now'),
  createdAt: instant,
})

/** What can happen to an endpoint. */
export const endpointEventKinds = [
  'created',
  'changed',
  'deleting',
  'replica_starting',
  'replica_ready',
  'replica_adopted',
  'replica_draining',
  'replica_ended',
  'replica_failed',
] as const

const eventView = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(endpointEventKinds),
  replicaId: z.string().nullable(),
  reason: z.string().nullable(),
})

const path = '/projects/{projectId}/endpoints'
const tag = 'Endpoints'
const lookers = memberOf('project')
const workers = memberOf('project', 'owner', 'admin', 'member')
const endpointParams = projectParams.extend({ endpointId: z.string().max(200) })
const own = ['not_signed_in', 'not_found', 'forbidden', 'policy_refused'] as const

export const modelEndpointEndpoints = {
  offer: endpoint({
    id: 'endpoints.offer',
    readsFor: ['provide'],
    method: 'GET',
    path: '/projects/{projectId}/endpoint-offer',
    tag,
    summary: 'Show what endpoints can be created here, and at what price',
    access: lookers,
    params: projectParams,
    status: 200,
    response: z.object({
      missing: z.string().nullable().describe('why none can run here, and what to do; null when they can'),
      currency: z.string(),
      sizes: z.array(
        z.object({
          id: size,
          cpus: z.number(),
          memoryBytes: z.number().int(),
          parallel: z.number().int().describe('requests that one replica answers at once'),
          priceMicrosPerSecond: micros,
          misfit: z.string().nullable().describe('why this machine has no room for it; null when it has'),
        }),
      ),
      models: z.array(z.string()).describe('whose files are on this machine'),
    }),
    errors: own,
  }),
  list: endpoint({
    id: 'endpoints.list',
    // When replicas ran is in the books.
    readsFor: ['provide', 'billing'],
    method: 'GET',
    path,
    tag,
    summary: 'List the endpoints of a project',
    access: lookers,
    params: projectParams,
    status: 200,
    response: z.object({
      items: z.array(modelEndpointView),
      currency: z.string(),
      costMicros: micros.describe('of all endpoints that the project has or had, as far as the books go'),
    }),
    errors: own,
  }),
  create: endpoint({
    id: 'endpoints.create',
    // When replicas ran is in the books.
    readsFor: ['provide', 'billing'],
    method: 'POST',
    path,
    tag,
    summary: 'Serve a model for a project alone',
    description:
      'Its replicas are containers without a network on the machine of this cloud. Each is paid by the second while it runs; calls cost nothing beyond that.',
    access: workers,
    params: projectParams,
    body: z.object({
      model: modelId.describe('of the catalogue, with its file on this machine'),
      size: size.default('small'),
      replicasMin: replicas.default(0),
      replicasMax: replicas.min(1).default(1),
      idleSeconds: idleSeconds.default(300),
    }),
    status: 201,
    response: modelEndpointView,
    errors: [...own, 'conflict', 'invalid_request'],
  }),
  get: endpoint({
    id: 'endpoints.get',
    // When replicas ran is in the books.
    readsFor: ['provide', 'billing'],
    method: 'GET',
    path: `${path}/{endpointId}`,
    tag,
    summary: 'Show an endpoint with its replicas',
    access: lookers,
    params: endpointParams,
    status: 200,
    response: modelEndpointView.extend({
      replicas: z.array(replicaView).describe('those that run, and the last that ended'),
    }),
    errors: own,
  }),
  update: endpoint({
    id: 'endpoints.update',
    // When replicas ran is in the books.
    readsFor: ['provide', 'billing'],
    method: 'PATCH',
    path: `${path}/{endpointId}`,
    tag,
    summary: 'Scale an endpoint, give its replicas another size, or begin them anew',
    description:
      'What is left out stays as it is. Replicas are replaced one by one: an old one goes when a new one is ready, and no request fails.',
    access: workers,
    params: endpointParams,
    body: z.object({
      size: size.optional(),
      replicasMin: replicas.optional(),
      replicasMax: replicas.min(1).optional(),
      idleSeconds: idleSeconds.optional(),
      restart: z.boolean().optional().describe('begin all replicas anew'),
    }),
    status: 200,
    response: modelEndpointView,
    errors: [...own, 'conflict', 'invalid_request'],
  }),
  logs: endpoint({
    id: 'endpoints.logs',
    // When replicas ran is in the books.
    readsFor: ['provide', 'billing'],
    method: 'GET',
    path: `${path}/{endpointId}/logs`,
    tag,
    summary: 'Show what the replicas of an endpoint say: counts and problems, never prompts or answers',
    access: workers,
    params: endpointParams,
    query: z.object({ lines: z.coerce.number().int().min(1).max(1000).default(100).describe('of each replica') }),
    status: 200,
    response: z.object({
      items: z.array(z.object({ at: z.string(), replicaId: z.string(), text: z.string() })),
    }),
    errors: [...own, 'conflict', 'invalid_request'],
  }),
  events: endpoint({
    id: 'endpoints.events',
    readsFor: ['provide'],
    method: 'GET',
    path: `${path}/{endpointId}/events`,
    tag,
    summary: 'List what happened to an endpoint, and why, newest first',
    access: lookers,
    params: endpointParams,
    query: pageQuery,
    status: 200,
    response: pageOf(eventView),
    errors: [...own, 'invalid_request'],
  }),
  remove: endpoint({
    id: 'endpoints.remove',
    readsFor: ['provide'],
    method: 'DELETE',
    path: `${path}/{endpointId}`,
    tag,
    summary: 'Delete an endpoint: its requests end, then its containers are wiped',
    access: workers,
    params: endpointParams,
    status: 204,
    errors: own,
  }),
} as const
