import { z } from 'zod'
import { closureView } from './account-changes.ts'
import { endpoint, instant, pageOf, pageQuery, person, staff } from './endpoint.ts'
import { name } from './identity-fields.ts'

const closed = closureView.extend({
  id: z.string(),
  canReopen: z.boolean().describe('whether who closed it can still open it again'),
  goesAt: instant.nullable().describe('when it is removed; null: never'),
})

/** Organisations that were closed: to their members they are not there any more. */
export const closedOrganisationEndpoints = {
  listClosed: endpoint({
    id: 'organisations.listClosed',
    readsFor: ['account'],
    method: 'GET',
    path: '/me/closed-organisations',
    tag: 'Organisations',
    summary: 'Organisations that you closed, and until when you can open them again',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(closed.extend({ name })),
    errors: ['not_signed_in'],
  }),
  listEveryClosed: endpoint({
    id: 'organisations.listEveryClosed',
    readsFor: ['account', 'legal'],
    method: 'GET',
    path: '/privacy/closed-organisations',
    tag: 'Privacy',
    summary: 'Every closed organisation: who closed it, until when they can open it again, and when it goes',
    access: staff('privacy-officer', 'operator'),
    query: pageQuery,
    status: 200,
    response: pageOf(
      closed.extend({ closedBy: z.string().nullable().describe('a person’s id; null once they are erased') }),
    ),
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
} as const
