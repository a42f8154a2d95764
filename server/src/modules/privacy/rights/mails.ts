import type { Message } from '../../../platform/mail/index.ts'

const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const erasureAskedMail = (
  about: string,
  to: string,
  startsAt: Date,
  receiptUrl: string,
  accountUrl: string,
): Message => ({
  to,
  about,
  kind: 'rights',
  subject: 'Your erasure was asked for',
  text: [
    `Everything about you will be erased from this cloud, beginning ${minuteOf(startsAt)}. Until then you can cancel it:`,
    accountUrl,
    'This address shows how far it is, and your receipt when it is done. It needs no account. Keep it: this message will be erased too, and nobody can find the address for you.',
    receiptUrl,
    'If it was not you, cancel it and set a new password at once.',
  ].join('\n\n'),
  links: [receiptUrl, accountUrl],
})

export const erasureBegunMail = (about: string, to: string): Message => ({
  to,
  about,
  kind: 'rights',
  subject: 'Your erasure has begun',
  text: 'Your sessions were ended, and everything about you is being erased now. The receipt is where the first message said. This is the last message from this cloud; our copy of it is erased too.',
  links: [],
})
