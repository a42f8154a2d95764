import { day, hour, minute, second } from '../identity.ts'
import type { AttemptRule } from './next-attempt.ts'

const rule = (name: string, allowed: number, windowMs: number, waitMs: number, waitMsMax: number): AttemptRule => ({
  name,
  allowed,
  windowMs,
  waitMs,
  waitMsMax,
})

/**
 * What may be tried how often. Guessing is limited for one account from one address (so that a stranger cannot lock
 * its owner out elsewhere), for one account from everywhere, and for one address over all accounts.
 */
export const limits = {
  signInHere: rule('sign-in-here', 5, hour, 30 * second, 15 * minute),
  signInAccount: rule('sign-in-account', 30, hour, minute, 15 * minute),
  signInAddress: rule('sign-in-address', 100, 15 * minute, minute, 15 * minute),
  code: rule('code', 5, day, minute, 15 * minute),
  password: rule('password', 5, 15 * minute, 30 * second, 15 * minute),
  signUpAddress: rule('sign-up-address', 60, hour, 10 * minute, hour),
  verificationMail: rule('verification-mail', 5, hour, 10 * minute, hour),
  resetMail: rule('reset-mail', 5, hour, 10 * minute, hour),
  mailAddress: rule('mail-address', 60, hour, 10 * minute, hour),
  messageAddress: rule('message-address', 60, hour, 10 * minute, hour),
  messageMail: rule('message-mail', 5, hour, 10 * minute, hour),
  tokenAddress: rule('token-address', 60, 15 * minute, minute, 15 * minute),
  /** Once is enough: who said that they are too young does not get older by trying again. */
  belowAge: rule('below-age', 1, day, day, day),
} as const
