import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../lazy-page.ts'
import { metaQuery } from '../queries.ts'
import { textSearch } from '../search.ts'
import { root } from './root-route.ts'

/* Pages for people who are not signed in. */
const identity = () => import('../../features/identity/entry-pages.tsx')
export const entry = createRoute({
  getParentRoute: () => root,
  id: 'entry',
  component: lazyPage(identity, 'EntryFrame'),
})
const tokenSearch = textSearch('token')
const nextSearch = textSearch('next')
const verifySearch = textSearch('token', 'invitation')
export const signIn = createRoute({
  getParentRoute: () => entry,
  path: '/sign-in',
  validateSearch: nextSearch,
  component: lazyPage(identity, 'SignInPage'),
})
export const signUp = createRoute({
  getParentRoute: () => entry,
  path: '/sign-up',
  validateSearch: nextSearch,
  loader: ({ context }) => context.queries.prefetchQuery(metaQuery(context.api)),
  component: lazyPage(identity, 'SignUpPage'),
})
export const verifyEmail = createRoute({
  getParentRoute: () => entry,
  path: '/verify-email',
  validateSearch: verifySearch,
  component: lazyPage(identity, 'VerifyEmailPage'),
})
export const confirmEmail = createRoute({
  getParentRoute: () => entry,
  path: '/confirm-email',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'ConfirmEmailPage'),
})
export const undoEmail = createRoute({
  getParentRoute: () => entry,
  path: '/undo-email',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'UndoEmailPage'),
})
export const reopen = createRoute({
  getParentRoute: () => entry,
  path: '/reopen',
  component: lazyPage(identity, 'ReopenPage'),
})
export const forgotPassword = createRoute({
  getParentRoute: () => entry,
  path: '/forgot-password',
  component: lazyPage(identity, 'ForgotPasswordPage'),
})
export const resetPassword = createRoute({
  getParentRoute: () => entry,
  path: '/reset-password',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'ResetPasswordPage'),
})
export const contact = createRoute({
  getParentRoute: () => entry,
  path: '/contact',
  component: lazyPage(() => import('../../features/privacy/contact-page.tsx'), 'ContactPage'),
})
export const acceptInvitation = createRoute({
  getParentRoute: () => entry,
  path: '/invitations/accept',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'AcceptInvitationPage'),
})

/* A receipt is for whoever has its address, signed in or not. */
export const receipt = createRoute({
  getParentRoute: () => root,
  path: '/receipts/$token',
  component: lazyPage(() => import('../../features/privacy/receipt-page.tsx'), 'ReceiptPage'),
})
