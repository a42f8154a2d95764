import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'
import { email } from './identity-fields.ts'

export const attestationStates = ['in force', 'ran out', 'revoked'] as const

/** A statement that somebody made in a role. */
export const attestationView = z.object({
  id: z.string(),
  name: z.string().describe('of the attestation in the policy'),
  role: z.string(),
  statement: z.string().describe('the words of the policy at that time'),
  state: z.enum(attestationStates),
  statedAt: instant,
  statedBy: z.string().nullable().describe('a person’s id; null once they are erased'),
  validUntil: instant,
  revokedAt: instant.nullable(),
  note: z.string().nullable().describe('what it rests on, such as the number of a report'),
})

/** What the policy wants stated, and whether it is. */
export const wantedAttestationView = z.object({
  name: z.string(),
  role: z.string(),
  statement: z.string(),
  validity: z.string().describe('ISO 8601 duration'),
  clauses: z.array(z.string()).describe('ids of the clauses that rest on it'),
  state: z.enum(['missing', 'ends soon', ...attestationStates]),
  validUntil: instant.nullable(),
  mine: z.boolean().describe('whether you have the role that may state it'),
})

/** Who answers for a role that only attestations know, such as `security`. */
export const responsibilityView = z.object({
  role: z.string(),
  personId: z.string(),
  email,
  since: instant,
})

const tag = 'Privacy'
const staffErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const
const name = z.string().max(60)

export const attestationEndpoints = {
  wanted: endpoint({
    id: 'attestations.wanted',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/attestations',
    tag,
    summary: 'What the policy wants stated by people, and whether each statement is in force',
    access: staff(),
    status: 200,
    response: z.object({ items: z.array(wantedAttestationView) }),
    errors: staffErrors,
  }),
  history: endpoint({
    id: 'attestations.history',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/attestations/{name}',
    tag,
    summary: 'Every statement of one attestation, newest first',
    access: staff(),
    params: z.object({ name }),
    query: pageQuery,
    status: 200,
    response: pageOf(attestationView),
    errors: [...staffErrors, 'not_found'],
  }),
  state: endpoint({
    id: 'attestations.state',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/attestations/{name}',
    tag,
    summary: 'State what the policy wants stated, in the role that it names',
    description:
      'For those who have the staff role of that name, or whom an operator made responsible for it. `statement` repeats the words of the policy, so that nobody states what they have not read. It counts from now for the validity of the policy.',
    access: staff(),
    params: z.object({ name }),
    body: z.object({
      statement: z.string().trim().min(1).max(2000),
      note: z.string().trim().min(1).max(1000).optional(),
    }),
    status: 201,
    response: attestationView,
    errors: [...staffErrors, 'invalid_request', 'not_found'],
  }),
  revoke: endpoint({
    id: 'attestations.revoke',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/attestations/{name}/statements/{attestationId}/revoke',
    tag,
    summary: 'Take a statement back: from now on it counts no more',
    access: staff(),
    params: z.object({ name, attestationId: z.string() }),
    body: z.object({}),
    status: 200,
    response: attestationView,
    errors: [...staffErrors, 'not_found', 'conflict'],
  }),
  responsible: endpoint({
    id: 'attestations.responsible',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/responsibilities',
    tag,
    summary: 'Who may attest in a role that is no staff role',
    access: staff(),
    status: 200,
    response: z.object({ items: z.array(responsibilityView) }),
    errors: staffErrors,
  }),
  appoint: endpoint({
    id: 'attestations.appoint',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/responsibilities',
    tag,
    summary: 'Make a member of staff responsible for a role of the policy’s attestations',
    access: staff('operator'),
    body: z.object({ email, role: z.string().max(60) }),
    status: 201,
    response: responsibilityView,
    errors: [...staffErrors, 'invalid_request', 'not_found', 'already_exists'],
  }),
  dismiss: endpoint({
    id: 'attestations.dismiss',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/responsibilities/{role}/{personId}',
    tag,
    summary: 'End somebody’s responsibility for a role; what they stated stays in force',
    access: staff('operator'),
    params: z.object({ role: name, personId: z.string() }),
    status: 204,
    errors: [...staffErrors, 'not_found'],
  }),
} as const
