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

export const confirmEmailMail = (to: Addressee, link: string): Message =>
  message(
    to,
    'verify-email',
    'Confirm your new address',
    [
      'open this link to make this the address of your account. It works once, for 24 hours:',
      link,
      'If you did not ask for it, leave it: without this link nothing changes.',
    ],
    [link],
  )

/** To an address that somebody else wants: its owner learns it, the other does not. */
export const addressWantedMail = (to: Addressee): Message =>
  message(
    to,
    'already-registered',
    'Someone wanted to use your address',
    [
      'Someone wanted to make this the address of another account. It belongs to an account, or did until a few days ago, so nothing was changed.',
      'If it was you, use another address, or wait until the former account can no longer take it back.',
    ],
    [],
  )

const until = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const emailChangedMail = (to: Addressee, undoUntil: Date, link: string): Message =>
  message(
    to,
    'security',
    'The address of your account was changed',
    [
      'Your account has another address now; this one no longer opens it.',
      `If it was not you, take it back. This link gives this address back and ends every session, until ${until(undoUntil)}:`,
      link,
    ],
    [link],
  )

export const accountClosedMail = (to: Addressee, reopenUntil: string | null, reopenLink: string): Message => {
  const again =
    reopenUntil === null
      ? 'It is not opened again.'
      : `You can open it again with your password until ${until(new Date(reopenUntil))}: ${reopenLink}`
  const lines = [
    'Your account was closed. Nothing of it can be used any more, and what it held is removed when its period ends.',
    again,
    'If it was not you, open it again and set a new password at once.',
  ]
  return message(to, 'security', 'Your account was closed', lines, reopenUntil === null ? [] : [reopenLink])
}

export const accountIdleMail = (to: Addressee, closesAt: Date, link: string): Message =>
  message(
    to,
    'security',
    'Nobody has used your account for long',
    [`Your account is closed on ${until(closesAt)} unless it is used before. To keep it, sign in:`, link],
    [link],
  )
