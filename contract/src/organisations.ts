import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery, person } from './endpoint.ts'
import { email, name, organisationParams, organisationRole } from './identity-fields.ts'
import { projectView } from './projects.ts'

export const organisationView = z.object({
  id: z.string(),
  name,
  billingCountry: z.string().nullable().describe('ISO 3166-1 alpha-2'),
  role: organisationRole.describe('the caller’s role'),
  createdAt: instant,
})

export const memberView = z.object({
  personId: z.string(),
  name,
  email,
  role: organisationRole,
  secondFactor: z.boolean(),
  joinedAt: instant,
})

export const invitationView = z.object({
  id: z.string(),
  email,
  role: organisationRole,
  state: z.enum(['pending', 'accepted', 'revoked', 'expired']),
  createdAt: instant,
  expiresAt: instant,
})

export const organisationEndpoints = {
  list: endpoint({
    id: 'organisations.list',
    method: 'GET',
    path: '/organisations',
    tag: 'Organisations',
    summary: 'List the organisations one belongs to',
    access: person,
    query: pageQuery,
    status: 200,
    response: pageOf(organisationView),
    errors: ['not_signed_in'],
  }),
  create: endpoint({
    id: 'organisations.create',
    method: 'POST',
    path: '/organisations',
    tag: 'Organisations',
    summary: 'Create an organisation with a first project; the caller becomes its owner',
    access: person,
    body: z.object({
      name,
      billingCountry: z
        .string()
        .regex(/^[A-Z]{2}$/, 'use the two capital letters of ISO 3166, such as DE')
        .nullable()
        .default(null),
    }),
    status: 201,
    response: organisationView.extend({ project: projectView }),
    errors: ['not_signed_in', 'invalid_request'],
  }),
  get: endpoint({
    id: 'organisations.get',
    method: 'GET',
    path: '/organisations/{organisationId}',
    tag: 'Organisations',
    summary: 'Show an organisation',
    access: memberOf('organisation'),
    params: organisationParams,
    status: 200,
    response: organisationView,
    errors: ['not_signed_in', 'not_found'],
  }),
  update: endpoint({
    id: 'organisations.update',
    method: 'PATCH',
    path: '/organisations/{organisationId}',
    tag: 'Organisations',
    summary: 'Rename an organisation or set its billing country',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams,
    body: z.object({
      name: name.optional(),
      billingCountry: z
        .string()
        .regex(/^[A-Z]{2}$/, 'use the two capital letters of ISO 3166, such as DE')
        .nullable()
        .optional(),
    }),
    status: 200,
    response: organisationView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'invalid_request'],
  }),
  listMembers: endpoint({
    id: 'organisations.listMembers',
    method: 'GET',
    path: '/organisations/{organisationId}/members',
    tag: 'Organisations',
    summary: 'List members',
    access: memberOf('organisation'),
    params: organisationParams,
    query: pageQuery,
    status: 200,
    response: pageOf(memberView),
    errors: ['not_signed_in', 'not_found'],
  }),
  changeMember: endpoint({
    id: 'organisations.changeMember',
    method: 'PATCH',
    path: '/organisations/{organisationId}/members/{personId}',
    tag: 'Organisations',
    summary: 'Change a member’s role',
    description: 'Only an owner can make or unmake an owner.',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams.extend({ personId: z.string() }),
    body: z.object({ role: organisationRole }),
    status: 200,
    response: memberView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'last_owner'],
  }),
  removeMember: endpoint({
    id: 'organisations.removeMember',
    method: 'DELETE',
    path: '/organisations/{organisationId}/members/{personId}',
    tag: 'Organisations',
    summary: 'Remove a member; anyone may remove themselves',
    access: memberOf('organisation'),
    params: organisationParams.extend({ personId: z.string() }),
    status: 204,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'last_owner'],
  }),
  listInvitations: endpoint({
    id: 'organisations.listInvitations',
    method: 'GET',
    path: '/organisations/{organisationId}/invitations',
    tag: 'Organisations',
    summary: 'List invitations',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams,
    query: pageQuery,
    status: 200,
    response: pageOf(invitationView),
    errors: ['not_signed_in', 'not_found', 'forbidden'],
  }),
  invite: endpoint({
    id: 'organisations.invite',
    method: 'POST',
    path: '/organisations/{organisationId}/invitations',
    tag: 'Organisations',
    summary: 'Invite a person by email',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams,
    body: z.object({ email, role: organisationRole.default('member') }),
    status: 201,
    response: invitationView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'already_exists', 'rate_limited'],
  }),
  revokeInvitation: endpoint({
    id: 'organisations.revokeInvitation',
    method: 'DELETE',
    path: '/organisations/{organisationId}/invitations/{invitationId}',
    tag: 'Organisations',
    summary: 'Revoke an invitation',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams.extend({ invitationId: z.string() }),
    status: 204,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'conflict'],
  }),
  acceptInvitation: endpoint({
    id: 'organisations.acceptInvitation',
    method: 'POST',
    path: '/invitations/accept',
    tag: 'Organisations',
    summary: 'Accept an invitation with the token of the mail; the signed-in address must be the invited one',
    access: person,
    body: z.object({ token: z.string().max(2000) }),
    status: 200,
    response: organisationView,
    errors: ['not_signed_in', 'token_invalid', 'forbidden'],
  }),
} as const
