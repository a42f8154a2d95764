import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'

export const holdView = z.object({
  id: z.string(),
  scope: z.enum(['person', 'organisation', 'everyone']),
  subjectId: z.string().nullable(),
  categories: z.array(z.string()).nullable().describe('null: every category'),
  ground: z.string(),
  reference: z.string().nullable(),
  placedBy: z.string().nullable(),
  placedAt: instant,
  beginsAt: instant,
  endsAt: instant.nullable(),
  releasedBy: z.string().nullable(),
  active: z.boolean(),
})

const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const officers = staff('privacy-officer', 'operator')
export const holdEndpoints = {
  list: endpoint({
    id: 'holds.list',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/holds',
    tag: 'Privacy',
    summary: 'Legal holds, newest first',
    access: officers,
    query: pageQuery,
    status: 200,
    response: pageOf(holdView),
    errors: staffErrors,
  }),
  create: endpoint({
    id: 'holds.create',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/holds',
    tag: 'Privacy',
    summary: 'Place a legal hold: what it covers is neither expired nor erased',
    access: officers,
    body: z.object({
      scope: z.enum(['person', 'organisation', 'everyone']),
      subjectId: z.string().max(120).optional().describe('a person’s id or address, or an organisation’s id'),
      categories: z.array(z.string().max(60)).min(1).max(30).optional().describe('without it: every category'),
      ground: z.string().trim().min(3).max(500),
      reference: z.string().trim().max(200).optional(),
      endsAt: instant.optional(),
    }),
    status: 201,
    response: holdView,
    errors: [...staffErrors, 'invalid_request', 'not_found'],
  }),
  release: endpoint({
    id: 'holds.release',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/holds/{holdId}/release',
    tag: 'Privacy',
    summary: 'Release a legal hold: what it stopped goes on',
    access: officers,
    params: z.object({ holdId: z.string() }),
    body: z.object({}),
    status: 200,
    response: holdView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
} as const
