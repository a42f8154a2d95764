import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery } from './endpoint.ts'
import { name, projectParams } from './identity-fields.ts'

const keyLimits = {
  allowedModels: z.array(z.string().max(200)).max(100).nullable().describe('null: every model of the project'),
  requestsPerMinute: z.number().int().min(1).max(1_000_000).nullable().describe('null: no limit of its own'),
  tokensPerMinute: z.number().int().min(1).max(1_000_000_000).nullable().describe('null: no limit of its own'),
}

export const keyView = z.object({
  id: z.string(),
  projectId: z.string(),
  name,
  kind: z.enum(['api', 'playground']),
  prefix: z.string().describe('the first characters of the secret, to recognise it'),
  state: z
    .enum(['active', 'rotating', 'revoked', 'expired'])
    .describe('rotating: replaced, still works until expiresAt'),
  ...keyLimits,
  createdAt: instant,
  createdBy: z.string().nullable(),
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable().describe('within a minute'),
  revokedAt: instant.nullable(),
})

export const keyWithSecret = keyView.extend({
  secret: z.string().nullable().describe('shown once; null when an idempotent request is repeated'),
})

export const keyEndpoints = {
  list: endpoint({
    id: 'keys.list',
    method: 'GET',
    path: '/projects/{projectId}/keys',
    tag: 'API keys',
    summary: 'List API keys',
    access: memberOf('project', 'owner', 'admin', 'member', 'viewer'),
    params: projectParams,
    query: pageQuery.extend({
      state: z.enum(['active', 'rotating', 'revoked', 'expired']).optional(),
      search: z.string().max(120).optional().describe('part of the name or the prefix'),
    }),
    status: 200,
    response: pageOf(keyView),
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  create: endpoint({
    id: 'keys.create',
    method: 'POST',
    path: '/projects/{projectId}/keys',
    tag: 'API keys',
    summary: 'Create an API key; its secret is shown once',
    access: memberOf('project', 'owner', 'admin', 'member'),
    params: projectParams,
    body: z.object({
      name,
      allowedModels: keyLimits.allowedModels.default(null),
      requestsPerMinute: keyLimits.requestsPerMinute.default(null),
      tokensPerMinute: keyLimits.tokensPerMinute.default(null),
      expiresAt: instant.nullable().default(null),
    }),
    status: 201,
    response: keyWithSecret,
    shownOnce: ['secret'],
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request'],
  }),
  createPlayground: endpoint({
    id: 'keys.createPlayground',
    method: 'POST',
    path: '/projects/{projectId}/playground-key',
    tag: 'API keys',
    summary: 'Create a key for the console’s playground; it runs out after an hour',
    access: memberOf('project', 'owner', 'admin', 'member'),
    params: projectParams,
    status: 201,
    response: keyWithSecret,
    shownOnce: ['secret'],
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  get: endpoint({
    id: 'keys.get',
    method: 'GET',
    path: '/projects/{projectId}/keys/{keyId}',
    tag: 'API keys',
    summary: 'Show an API key (never its secret)',
    access: memberOf('project', 'owner', 'admin', 'member', 'viewer'),
    params: projectParams.extend({ keyId: z.string() }),
    status: 200,
    response: keyView,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  update: endpoint({
    id: 'keys.update',
    method: 'PATCH',
    path: '/projects/{projectId}/keys/{keyId}',
    tag: 'API keys',
    summary: 'Change an API key’s name or limits',
    access: memberOf('project', 'owner', 'admin', 'member'),
    params: projectParams.extend({ keyId: z.string() }),
    body: z.object({
      name: name.optional(),
      allowedModels: keyLimits.allowedModels.optional(),
      requestsPerMinute: keyLimits.requestsPerMinute.optional(),
      tokensPerMinute: keyLimits.tokensPerMinute.optional(),
      expiresAt: instant.nullable().optional(),
    }),
    status: 200,
    response: keyView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'conflict', 'invalid_request'],
  }),
  rotate: endpoint({
    id: 'keys.rotate',
    method: 'POST',
    path: '/projects/{projectId}/keys/{keyId}/rotate',
    tag: 'API keys',
    summary: 'Replace an API key; the old one works on for the overlap',
    access: memberOf('project', 'owner', 'admin', 'member'),
    params: projectParams.extend({ keyId: z.string() }),
    body: z.object({ overlapSeconds: z.number().int().min(0).max(2_592_000).default(86_400) }),
    status: 201,
    response: keyWithSecret,
    shownOnce: ['secret'],
    errors: ['not_signed_in', 'not_found', 'forbidden', 'conflict'],
  }),
  revoke: endpoint({
    id: 'keys.revoke',
    method: 'DELETE',
    path: '/projects/{projectId}/keys/{keyId}',
    tag: 'API keys',
    summary: 'Revoke an API key; it stops working within a second',
    access: memberOf('project', 'owner', 'admin', 'member'),
    params: projectParams.extend({ keyId: z.string() }),
    status: 204,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
} as const
