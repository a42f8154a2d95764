import { z } from 'zod'
import { endpoint, instant, open, person } from './endpoint.ts'
import { email, password } from './identity-fields.ts'

const tag = 'Account'
const code = z.string().max(40).optional().describe('six digits of the authenticator app, or a backup code')
const linkToken = z.object({ token: z.string().max(2000) })

const closing = {
  password,
  code,
  closeOrganisations: z
    .array(z.string().max(60))
    .max(200)
    .default([])
    .describe('organisations with other members that nobody else owns, and that close with it'),
}

export const closureView = z.object({
  closedAt: instant,
  reopenUntil: instant.nullable().describe('until when it can be opened again; null: not at all'),
  keptFor: z.string().describe('ISO 8601 duration from the closure, or "forever": then it is removed'),
})

/** What changes an account for good, or can be taken back for a while. */
export const accountChanges = {
  showEmail: endpoint({
    id: 'account.showEmail',
    readsFor: ['account', 'security', 'legal'],
    method: 'GET',
    path: '/me/email',
    tag,
    summary: 'Your address, and a change of it that waits or can still be taken back',
    access: person,
    status: 200,
    response: z.object({
      email,
      pending: z.object({ newEmail: email, askedAt: instant, expiresAt: instant }).nullable(),
      undoUntil: instant.nullable().describe('until when your former address can take the last change back'),
    }),
    errors: ['not_signed_in'],
  }),
  changeEmail: endpoint({
    id: 'account.changeEmail',
    readsFor: ['account', 'security', 'legal'],
    method: 'POST',
    path: '/me/email',
    tag,
    summary: 'Change your address: mails a link to the new one',
    description:
      'Asks for the password again, and for a code where two-step sign-in is set up. Nothing changes until the link in the mail to the new address is opened. The old address is told, and can take it back for as long as the policy says. The answer is the same when the address belongs to somebody else. Sessions and keys stay.',
    access: person,
    body: z.object({ newEmail: email, password, code }),
    status: 202,
    response: z.object({ status: z.literal('verification-sent'), expiresAt: instant }),
    errors: [
      'not_signed_in',
      'invalid_request',
      'wrong_credentials',
      'second_factor_required',
      'wrong_code',
      'rate_limited',
    ],
  }),
  cancelEmailChange: endpoint({
    id: 'account.cancelEmailChange',
    readsFor: ['account', 'security', 'legal'],
    method: 'DELETE',
    path: '/me/email',
    tag,
    summary: 'Forget a change of address that was not confirmed yet',
    access: person,
    status: 204,
    errors: ['not_signed_in'],
  }),
  confirmEmail: endpoint({
    id: 'account.confirmEmail',
    readsFor: ['account', 'security', 'legal'],
    method: 'POST',
    path: '/auth/confirm-email',
    tag,
    summary: 'Confirm a change of address with the token of the mail to the new one',
    access: open,
    body: linkToken,
    status: 200,
    response: z.object({ email, undoUntil: instant }),
    errors: ['token_invalid', 'rate_limited'],
  }),
  undoEmail: endpoint({
    id: 'account.undoEmail',
    readsFor: ['account', 'security', 'legal'],
    method: 'POST',
    path: '/auth/undo-email',
    tag,
    summary: 'Take a change of address back with the token of the mail to the old one; ends every session',
    access: open,
    body: linkToken,
    status: 200,
    response: z.object({ email }),
    errors: ['token_invalid', 'rate_limited'],
  }),
  closeMe: endpoint({
    id: 'account.close',
    readsFor: ['account', 'security', 'legal'],
    method: 'POST',
    path: '/me/close',
    tag,
    summary: 'Close your account: it is locked at once, and removed after the period of the policy',
    description:
      'Sessions end, keys of organisations that nobody else owns are revoked, and those organisations close. This is no erasure: records go by their own periods. It can be opened again for as long as the policy says.',
    access: person,
    body: z.object(closing),
    status: 200,
    response: closureView,
    errors: ['not_signed_in', 'wrong_credentials', 'second_factor_required', 'wrong_code', 'conflict', 'rate_limited'],
  }),
  reopenMe: endpoint({
    id: 'account.reopen',
    readsFor: ['account', 'security', 'legal'],
    method: 'POST',
    path: '/auth/reopen',
    tag,
    summary: 'Open a closed account again, with its password',
    description:
      'Organisations that closed with it open too. Revoked keys stay revoked, and a staff role does not come back.',
    access: open,
    body: z.object({ email, password, code }),
    status: 200,
    response: z.object({ email }),
    errors: ['wrong_credentials', 'second_factor_required', 'wrong_code', 'conflict', 'rate_limited'],
  }),
} as const
