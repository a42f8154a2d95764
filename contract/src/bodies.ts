import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery } from './endpoint.ts'
import { projectParams } from './identity-fields.ts'

const iso = z.string().max(40)

export const keepingView = z.object({
  keep: z.boolean().describe('whether bodies of new calls are kept'),
  period: iso.nullable().describe('ISO 8601; null: as long as `periodMax`'),
  refusal: z.string().nullable().describe('why nobody can keep any here; null when projects can'),
  periodMax: iso.nullable().describe('the longest period: of the organisation’s plan, or else of the policy'),
  changedAt: instant.nullable().describe('null: nobody has said anything'),
  changedBy: z.string().nullable().describe('the person who did; null, too, once they are erased'),
})

export const bodyHead = z.object({
  id: z.string().describe('the request id of the answer’s header `x-request-id`'),
  at: instant,
  projectId: z.string(),
  keyId: z.string(),
  model: z.string(),
  operation: z
    .enum(['chat.completions', 'completions', 'embeddings', 'responses'])
    .describe('a stored response has the id of its call, with `resp_` in the place of `req_`'),
  stream: z.boolean(),
  outcome: z.enum(['completed', 'client_gone', 'upstream_refused', 'upstream_failed', 'interrupted']),
  status: z.number().int(),
  durationMs: z.number().int(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  requestBytes: z.number().int().describe('as it was sent'),
  responseBytes: z.number().int(),
  isCut: z.boolean().describe('more was sent than is kept: one MiB of each'),
})

export const bodyView = bodyHead.extend({
  request: z.string().describe('as the caller sent it'),
  response: z
    .string()
    .nullable()
    .describe(
      'what left towards the caller, with a stream’s events, or a response as it was last; null: nothing was answered',
    ),
})

const lookers = memberOf('project', 'owner', 'admin', 'member', 'viewer')
/** Content is for those who work with it; who only looks on sees that there is some. */
const readers = memberOf('project', 'owner', 'admin', 'member')
const path = '/projects/{projectId}/bodies'
const tag = 'Kept bodies'
const bodyParams = projectParams.extend({ bodyId: z.string().describe('a call’s id, or that of the response to it') })

export const bodyEndpoints = {
  keeping: endpoint({
    id: 'bodies.keeping',
    readsFor: ['account', 'provide'],
    method: 'GET',
    path: '/projects/{projectId}/body-keeping',
    tag,
    summary: 'Show whether a project keeps bodies of its calls',
    access: lookers,
    params: projectParams,
    status: 200,
    response: keepingView,
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  keep: endpoint({
    id: 'bodies.keep',
    readsFor: ['account', 'provide'],
    method: 'PATCH',
    path: '/projects/{projectId}/body-keeping',
    tag,
    summary: 'Keep bodies of a project’s calls, or keep them no more',
    description:
      'A shorter period holds for what is kept already, too. What is kept stays until its period ends or it is deleted.',
    access: memberOf('project', 'owner', 'admin'),
    params: projectParams,
    body: z.object({
      keep: z.boolean(),
      period: iso.nullable().default(null).describe('ISO 8601, such as P7D; null: as long as is allowed'),
    }),
    status: 200,
    response: keepingView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'policy_refused', 'invalid_request'],
  }),
  list: endpoint({
    id: 'bodies.list',
    readsFor: ['provide'],
    method: 'GET',
    path,
    tag,
    summary: 'List calls of which bodies are kept, newest first',
    access: lookers,
    params: projectParams,
    query: pageQuery.extend({
      since: instant.optional(),
      until: instant.optional().describe('not itself'),
      keyId: z.string().max(100).optional(),
      model: z.string().max(200).optional(),
      operation: bodyHead.shape.operation.optional(),
      status: z.coerce.number().int().min(100).max(599).optional(),
      outcome: bodyHead.shape.outcome.optional(),
    }),
    status: 200,
    response: pageOf(bodyHead),
    errors: ['not_signed_in', 'not_found', 'forbidden', 'policy_refused', 'invalid_request'],
  }),
  get: endpoint({
    id: 'bodies.get',
    readsFor: ['provide'],
    method: 'GET',
    path: `${path}/{bodyId}`,
    tag,
    summary: 'Show what one call asked and what it was answered',
    access: readers,
    params: bodyParams,
    status: 200,
    response: bodyView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'policy_refused'],
  }),
  remove: endpoint({
    id: 'bodies.remove',
    // Holds are a matter of law.
    readsFor: ['provide', 'legal'],
    method: 'DELETE',
    path: `${path}/{bodyId}`,
    tag,
    summary: 'Delete the bodies of one call',
    access: readers,
    params: bodyParams,
    status: 204,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'policy_refused', 'conflict'],
  }),
  removeAll: endpoint({
    id: 'bodies.removeAll',
    // Holds are a matter of law.
    readsFor: ['provide', 'legal'],
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete all bodies that a project keeps',
    access: memberOf('project', 'owner', 'admin'),
    params: projectParams,
    status: 200,
    response: z.object({
      removed: z.number().int(),
      held: z.number().int().describe('calls that a legal hold covers; they stay'),
    }),
    errors: ['not_signed_in', 'not_found', 'forbidden', 'policy_refused'],
  }),
} as const
