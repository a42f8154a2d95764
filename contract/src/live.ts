import { z } from 'zod'
import { endpoint, instant, memberOf, staff } from './endpoint.ts'

const quantiles = z
  .object({ p50: z.number(), p95: z.number() })
  .nullable()
  .describe('milliseconds, to within a sixth; null: nothing was measured')

const count = z.number().int()

const liveFigures = {
  requests: count.describe('that reached a model and have ended'),
  refused: count.describe('turned away before a model, such as by a limit'),
  inFlight: count.describe('at a model now'),
  errors: z
    .array(z.object({ kind: z.string().describe('a code of the inference API, or how the call ended'), count }))
    .describe('refusals and failures by kind, most first'),
  promptTokens: count,
  completionTokens: count,
  firstTokenMs: quantiles.describe('from the request to the first token of a stream; null: nothing was streamed'),
  queuedMs: quantiles.describe('until the model began with the request; null: none was sent to a model'),
  tokensPerSecond: z
    .number()
    .nullable()
    .describe('how fast streams were written after their first token; null: nothing was streamed'),
}

export const liveView = z.object({
  at: instant,
  windowSeconds: count.describe('what the figures cover, up to now; less after a start'),
  totals: z.object(liveFigures),
  rows: z.array(
    z.object({
      model: z.string().nullable().describe('null when grouped otherwise'),
      keyId: z.string().nullable(),
      keyName: z.string().nullable(),
      endpoint: z.string().nullable().describe('path of the inference API'),
      ...liveFigures,
    }),
  ),
})

const about =
  'In the memory of the process that answers: figures are lost on a restart, and another process has its own. Nothing is stored.'

export const liveEndpoints = {
  project: endpoint({
    id: 'live.project',
    readsFor: ['provide', 'account'],
    method: 'GET',
    path: '/projects/{projectId}/live',
    tag: 'Usage',
    summary: 'The last minutes of a project: requests, errors, times and speed',
    description: about,
    access: memberOf('project'),
    params: z.object({ projectId: z.string() }),
    query: z.object({ groupBy: z.enum(['model', 'key', 'endpoint']).default('model') }),
    status: 200,
    response: liveView,
    errors: ['not_signed_in', 'not_found', 'invalid_request'],
  }),
  cloud: endpoint({
    id: 'live.cloud',
    readsFor: ['provide'],
    method: 'GET',
    path: '/operate/live',
    tag: 'Operate',
    summary: 'The last minutes of the whole cloud, by model or endpoint',
    description: `${about} Whose calls they are is not told.`,
    access: staff('operator'),
    query: z.object({ groupBy: z.enum(['model', 'endpoint']).default('model') }),
    status: 200,
    response: liveView,
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required', 'invalid_request'],
  }),
} as const
