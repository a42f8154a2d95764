import type { Message } from '../../../platform/mail/index.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { type Check, finding, probe } from '../check.ts'

const kinds = ['marketing', 'newsletter', 'promotion'] as const

/** Tries to write marketing messages through the mailer, and one that it must take, in transactions that are rolled back. */
export const marketingMail: Check<'no-marketing'> = {
  name: 'marketing-mail',
  run: async (_rule, { database, mailer, policy }) => {
    const takes = (kind: string): Promise<boolean> =>
      probe(database, (tx) =>
        mailer
          .write(tx, {
            to: 'probe@avow.invalid',
            about: nobody,
            kind,
            subject: 'probe',
            text: 'probe',
            links: [],
          } as unknown as Message)
          .then(
            () => true,
            () => false,
          ),
      )
    const violations: string[] = []
    for (const kind of kinds) {
      if (await takes(kind)) violations.push(`the mailer takes a message of kind ${kind}`)
    }
    if (policy.purposes.has('marketing')) violations.push('the policy lists marketing as a purpose')
    const figure = `${kinds.length} marketing messages offered to the mailer, ${violations.length} taken`
    return (await takes('security'))
      ? finding(kinds.length, violations, figure)
      : finding(0, violations, figure, 'the mailer refused a service message too, so its refusals prove nothing')
  },
}
