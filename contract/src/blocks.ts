import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, staff } from './endpoint.ts'

export const blockKinds = ['key-stuffing', 'id-walking', 'request-flood'] as const
export const blockStates = ['active', 'ended', 'lifted'] as const

/** A network address whose strangers were not answered for a while, with what was counted. */
export const blockView = z.object({
  id: z.string(),
  kind: z.enum(blockKinds),
  state: z.enum(blockStates),
  ipAddress: z.string().nullable().describe('an IPv4 address, or the /64 network of an IPv6 address'),
  count: z.number().int().describe('requests that were counted'),
  times: z.number().int().describe('so many are a flood, by the settings of then'),
  withinSeconds: z.number().int(),
  firstAt: instant,
  lastAt: instant,
  startedAt: instant,
  endsAt: instant.describe('when it ends, or ended, by itself'),
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  note: z.string().nullable(),
  reviewAskedAt: instant.nullable().describe('when somebody behind it first asked for a review'),
})

const tag = 'Operate'
const watchers = staff('operator', 'privacy-officer')
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const blockEndpoints = {
  list: endpoint({
    id: 'blocks.list',
    readsFor: ['security', 'account'],
    method: 'GET',
    path: '/operate/blocks',
    tag,
    summary: 'Addresses that were blocked by themselves, newest first, with what was counted',
    access: watchers,
    query: pageQuery.extend({ state: z.enum(blockStates).optional() }),
    status: 200,
    response: pageOf(blockView),
    errors: staffErrors,
  }),
  lift: endpoint({
    id: 'blocks.lift',
    readsFor: ['security', 'account'],
    method: 'POST',
    path: '/operate/blocks/{blockId}/lift',
    tag,
    summary: 'Lift a block after a review; its strangers are answered at once',
    access: watchers,
    params: z.object({ blockId: z.string() }),
    body: z.object({ note: z.string().trim().min(1).max(2000).optional() }),
    status: 200,
    response: blockView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
  askReview: endpoint({
    id: 'blocks.askReview',
    readsFor: ['security'],
    method: 'POST',
    path: '/blocks/{blockId}/review',
    tag,
    summary: 'Ask for a person’s review of a block; anyone whom it refuses knows its id, and is answered here',
    access: open,
    params: z.object({ blockId: z.string() }),
    status: 200,
    response: blockView.pick({ id: true, state: true, endsAt: true, reviewAskedAt: true }),
    errors: ['not_found'],
  }),
} as const
