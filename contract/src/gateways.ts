import { z } from 'zod'
import { endpoint, instant, staff } from './endpoint.ts'

/** A process that serves `/v1` on this installation's database. */
export const gatewayView = z.object({
  id: z.string(),
  name: z.string().describe('given by the operator; main: the process with console and API'),
  state: z
    .enum(['alive', 'gone'])
    .describe('gone: without a word for longer than `lostAfterSeconds`, and not stopped in order'),
  version: z.string(),
  startedAt: instant,
  seenAt: instant.describe('when it last said that it lives'),
  activeCalls: z.number().int().describe('calls that were under way then'),
})

export const gatewayEndpoints = {
  list: endpoint({
    id: 'gateways.list',
    readsFor: ['provide'],
    method: 'GET',
    path: '/operate/gateways',
    tag: 'Operate',
    summary: 'Processes that serve inference on this database; those that vanished are shown for a day',
    access: staff(),
    status: 200,
    response: z.object({
      items: z.array(gatewayView),
      lostAfterSeconds: z
        .number()
        .int()
        .describe('so long after its last word a gateway counts as gone, and others have its share of limits'),
    }),
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
} as const
