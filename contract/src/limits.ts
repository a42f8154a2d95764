import { z } from 'zod'
import { endpoint, instant, memberOf } from './endpoint.ts'
import { organisationParams } from './identity-fields.ts'

/** Limits that a key, a project and an organisation can have alike. */
export const callLimits = {
  requestsPerMinute: z.number().int().min(1).max(1_000_000).nullable().describe('null: no limit of its own'),
  tokensPerMinute: z.number().int().min(1).max(1_000_000_000).nullable().describe('null: no limit of its own'),
  concurrentRequests: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .describe('calls under way at once; null: no limit of its own'),
}

export const limitView = z.object({
  scope: z.enum(['organisation', 'project']).describe('whose calls it covers, all together'),
  projectId: z.string().nullable(),
  ...callLimits,
  changedAt: instant,
  changedBy: z.string().nullable().describe('a person; null once they are erased'),
})

const path = '/organisations/{organisationId}/limits'
const tag = 'Limits'

export const limitEndpoints = {
  list: endpoint({
    id: 'limits.list',
    readsFor: ['provide', 'account'],
    method: 'GET',
    path,
    tag,
    summary: 'List what an organisation and its projects may call in a minute and at once',
    description: 'Limits of one API key stand at the key.',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: z.object({ items: z.array(limitView) }),
    errors: ['not_signed_in', 'not_found'],
  }),
  set: endpoint({
    id: 'limits.set',
    readsFor: ['provide', 'account'],
    method: 'PATCH',
    path,
    tag,
    summary: 'Set or take away limits of an organisation, or of one of its projects',
    description:
      'What is left out stays as it is; null takes a limit away. A call must keep every limit that covers its key.',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams,
    body: z.object({
      projectId: z.string().max(100).optional().describe('without it the whole organisation'),
      requestsPerMinute: callLimits.requestsPerMinute.optional(),
      tokensPerMinute: callLimits.tokensPerMinute.optional(),
      concurrentRequests: callLimits.concurrentRequests.optional(),
    }),
    status: 200,
    response: limitView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request'],
  }),
} as const
