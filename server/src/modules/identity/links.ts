import type { Identity } from './identity.ts'

type Base = Pick<Identity, 'publicUrl'>

const withToken = (base: Base, path: string, token: string): string => `${base.publicUrl()}${path}?token=${token}`

/** Addresses of the console's pages that mail leads to. */
export const verifyEmailLink = (base: Base, token: string, invitation?: string | undefined): string =>
  withToken(base, '/verify-email', token) + (invitation === undefined ? '' : `&invitation=${invitation}`)
export const resetPasswordLink = (base: Base, token: string): string => withToken(base, '/reset-password', token)
export const confirmEmailLink = (base: Base, token: string): string => withToken(base, '/confirm-email', token)
export const undoEmailLink = (base: Base, token: string): string => withToken(base, '/undo-email', token)
export const invitationLink = (base: Base, token: string): string => withToken(base, '/invitations/accept', token)
export const signInLink = (base: Base): string => `${base.publicUrl()}/sign-in`
export const forgotPasswordLink = (base: Base): string => `${base.publicUrl()}/forgot-password`
