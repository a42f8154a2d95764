import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, staff } from './endpoint.ts'
import { micros } from './inference.ts'

export const blockKinds = ['key-stuffing', 'id-walking', 'request-flood', 'sudden-spend'] as const
export const blockStates = ['active', 'ended', 'lifted'] as const

/** A network address whose strangers were not answered for a while, or a key or project that was slowed down, with what was counted. */
export const blockView = z.object({
  id: z.string(),
  kind: z.enum(blockKinds),
  state: z.enum(blockStates),
  ipAddress: z.string().nullable().describe('an IPv4 address, or the /64 network of an IPv6 address'),
  aboutId: z.string().nullable().describe('the key or the project that is slowed down'),
  spend: z
    .object({
      spentMicros: micros.describe('in the hour in which it was noticed'),
      usualMicros: micros.describe('mean of an hour of the seven days before'),
      currency: z.string(),
      requestsPerMinute: z.number().int().describe('what it may still call'),
    })
    .nullable()
    .describe('of sudden-spend: what it went by'),
  count: z.number().int().describe('requests that were counted'),
  times: z
    .number()
    .int()
    .describe('by the settings of then: so many requests are a flood; so many times what is usual is sudden'),
  withinSeconds: z.number().int(),
  firstAt: instant,
  lastAt: instant,
  startedAt: instant,
  endsAt: instant.describe('when it ends, or ended, by itself'),
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  confirmedAt: instant.nullable().describe('when a person looked at it and found it right'),
  confirmedBy: z.string().nullable(),
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
    summary: 'What was blocked or slowed down by itself, newest first, with what it went by',
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
    summary: 'Lift a block after a review: it ends at once',
    access: watchers,
    params: z.object({ blockId: z.string() }),
    body: z.object({ note: z.string().trim().min(1).max(2000).optional() }),
    status: 200,
    response: blockView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
  confirm: endpoint({
    id: 'blocks.confirm',
    readsFor: ['security', 'account'],
    method: 'POST',
    path: '/operate/blocks/{blockId}/confirm',
    tag,
    summary: 'Say that you reviewed a block and found it right; it goes on until its end',
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
