import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff, staffRoles } from './endpoint.ts'
import { email, name } from './identity-fields.ts'

export const staffView = z.object({
  personId: z.string(),
  name,
  email,
  role: z.enum(staffRoles),
  secondFactor: z.boolean(),
  since: instant,
})

export const staffEndpoints = {
  list: endpoint({
    id: 'staff.list',
    readsFor: ['account', 'security'],
    method: 'GET',
    path: '/operate/staff',
    tag: 'Operate',
    summary: 'List the operator’s staff',
    access: staff(),
    query: pageQuery,
    status: 200,
    response: pageOf(staffView),
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
  add: endpoint({
    id: 'staff.add',
    readsFor: ['account', 'security'],
    method: 'POST',
    path: '/operate/staff',
    tag: 'Operate',
    summary: 'Give a person with an account a staff role',
    access: staff('operator'),
    body: z.object({ email, role: z.enum(staffRoles) }),
    status: 201,
    response: staffView,
    errors: [
      'not_signed_in',
      'forbidden',
      'second_factor_not_set_up',
      'second_factor_required',
      'not_found',
      'already_exists',
    ],
  }),
  remove: endpoint({
    id: 'staff.remove',
    readsFor: ['account', 'security'],
    method: 'DELETE',
    path: '/operate/staff/{personId}',
    tag: 'Operate',
    summary: 'Take a staff role away',
    access: staff('operator'),
    params: z.object({ personId: z.string() }),
    status: 204,
    errors: [
      'not_signed_in',
      'forbidden',
      'second_factor_not_set_up',
      'second_factor_required',
      'not_found',
      'conflict',
    ],
  }),
} as const
