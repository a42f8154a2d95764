import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Message } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import { type ProbePerson, withPeople } from '../probe-people.ts'

const kinds = ['marketing', 'newsletter', 'promotion'] as const

/** Whether the mailer takes a message of some kind to a person, also one that its types do not know. */
export const takes = async (
  { mailer }: Pick<CheckedSystem, 'mailer'>,
  tx: Tx,
  to: Pick<ProbePerson, 'email' | 'personId'>,
  kind: string,
): Promise<boolean> => {
  const message = { to: to.email, about: to.personId, kind, subject: 'probe', text: 'probe', links: [] }
  try {
    return (await mailer.write(tx, message as unknown as Message)).written
  } catch {
    return false
  }
}

/** A consent of an earlier policy, which this one has no purpose for. */
const agreed = async (tx: Tx, { clock }: Pick<CheckedSystem, 'clock'>, personId: string): Promise<void> => {
  await tx.execute(
    sql`insert into consent_record (id, person_id, purpose, state, at, policy, policy_version, how) values (${newId('cns', clock)}, ${personId}, 'marketing', 'given', ${clock.now().toISOString()}::timestamptz, 'earlier', '1.0.0', 'api')`,
  )
}

/**
 * Offers the mailer marketing for somebody who agreed to it under an earlier policy, and a service message that it must
 * take, in a transaction that is rolled back.
 */
export const marketingMail: Check<'no-marketing'> = {
  name: 'marketing-mail',
  run: (_rule, system) =>
    withPeople(system, async ({ tx, join }) => {
      const person = await join()
      await agreed(tx, system, person.personId)
      const violations: string[] = []
      for (const kind of kinds) {
        if (await takes(system, tx, person, kind)) violations.push(`the mailer takes a message of kind ${kind}`)
      }
      if (system.policy.purposes.has('marketing')) violations.push('the policy lists marketing as a purpose')
      const figure = `${kinds.length} marketing messages to somebody who once agreed offered to the mailer, ${violations.length} taken`
      return (await takes(system, tx, person, 'security'))
        ? finding(kinds.length, violations, figure)
        : finding(0, violations, figure, 'the mailer refused a service message too, so its refusals prove nothing')
    }),
}
