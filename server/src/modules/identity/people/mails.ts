import type { Message } from '../../../platform/mail/index.ts'

const signature = '\n\nThis message was sent because of what was done on this cloud; no answer is needed.'

/** Whose mail it is: a person, or the sign-up or invitation of an address that has no account. */
interface Addressee {
  readonly id: string
  readonly email: string
}

const message = (
  to: Addressee,
  kind: Message['kind'],
  subject: string,
  lines: readonly string[],
  links: readonly string[],
): Message => ({
  to: to.email,
  about: to.id,
  kind,
  subject,
  text: lines.join('\n\n') + signature,
  links,
})

export const verificationMail = (to: Addressee, name: string, link: string): Message =>
  message(
    to,
    'verify-email',
    'Confirm your address',
    [
      `Hello ${name},`,
      'open this link to confirm your address and begin. It works once, for 24 hours:',
      link,
      'If you did not sign up, leave it: without this link there is no account.',
    ],
    [link],
  )

export const alreadyRegisteredMail = (to: Addressee, signInLink: string, resetLink: string): Message =>
  message(
    to,
    'already-registered',
    'You already have an account',
    [
      'Someone, probably you, signed up with this address. It has an account already, and nothing was changed.',
      `Sign in: ${signInLink}`,
      `Forgot your password: ${resetLink}`,
      'If it was not you, nothing needs to be done.',
    ],
    [signInLink, resetLink],
  )

export const passwordResetMail = (to: Addressee, link: string): Message =>
  message(
    to,
    'password-reset',
    'Set a new password',
    [
      'open this link to set a new password. It works once, for one hour:',
      link,
      'If you did not ask for it, leave it: your password stays as it is.',
    ],
    [link],
  )

export const invitationMail = (to: Addressee, organisation: string, inviter: string, link: string): Message =>
  message(
    to,
    'invitation',
    `Invitation to ${organisation}`,
    [
      `${inviter} invites you to join ${organisation}. This link works once, for 7 days:`,
      link,
      'You need an account with this address to accept. If you do not know the sender, leave it.',
    ],
    [link],
  )

/** Tells a person of a change that they would want to know of if it was not theirs. */
export const securityMail = (to: Addressee, subject: string, what: string, resetLink: string): Message =>
  message(to, 'security', subject, [what, `If it was not you, set a new password at once: ${resetLink}`], [resetLink])
