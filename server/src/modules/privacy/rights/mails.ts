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

/** To a processor, who has to know of whom: our copy goes with the person. */
export const eraseThereMail = (to: string, person: { id: string; email: string }, operator: string): Message => ({
  to,
  about: person.id,
  aboutPersonId: person.id,
  kind: 'rights',
  subject: 'Erase what you hold of a person for us',
  text: [
    `A person whose data ${operator} sent you asked to be erased: ${person.email}`,
    'Erase what you hold of them on our behalf, or tell us which law keeps it (GDPR, Article 19).',
  ].join('\n\n'),
  links: [],
})

/** Whose request it is, and where they read mail. */
interface Addressee {
  readonly about: string
  readonly to: string
}

const about = (to: Addressee, subject: string, lines: readonly string[], accountUrl: string): Message => ({
  ...to,
  kind: 'rights',
  subject,
  text: [...lines, accountUrl].join('\n\n'),
  links: [accountUrl],
})

export const askedForYouMail = (to: Addressee, kind: string, accountUrl: string): Message =>
  about(
    to,
    'A request was opened for you',
    [
      `You asked us by another way than this cloud (${kind}). We opened the request for you; you see it under your data.`,
      'If it was not you, tell us.',
    ],
    accountUrl,
  )

export const answeredMail = (to: Addressee, kind: string, answer: string, accountUrl: string): Message =>
  about(to, 'Your request was answered', [`Your request (${kind}) was answered:`, answer], accountUrl)

export const deniedMail = (
  to: Addressee,
  kind: string,
  refusal: { readonly ground: string; readonly reason: string },
  accountUrl: string,
): Message => {
  const appeal =
    kind === 'appeal'
      ? 'This was our last word. You can still complain to the authority for data protection, or go to court.'
      : 'You can appeal under your data: another person then decides. You can also complain to the authority for data protection.'
  const ground = refusal.ground.replaceAll('-', ' ')
  const lines = [`Your request (${kind}) was refused. The ground: ${ground}. The reason:`, refusal.reason, appeal]
  return about(to, 'Your request was refused', lines, accountUrl)
}

export const extendedMail = (to: Addressee, kind: string, dueAt: Date, reason: string, accountUrl: string): Message =>
  about(
    to,
    'Your request takes longer',
    [`Your request (${kind}) takes longer: you get an answer by ${minuteOf(dueAt)}. The reason:`, reason],
    accountUrl,
  )
