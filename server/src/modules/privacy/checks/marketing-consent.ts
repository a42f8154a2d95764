import { type Check, type CheckedSystem, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from '../probe-people.ts'
import { takes } from './marketing-mail.ts'

type Word = 'given' | 'withdrawn'

const say = async ({ gates }: CheckedSystem, { tx }: ProbeWorld, { personId }: ProbePerson, state: Word) => {
  await gates.standing.recordConsent(tx, { personId, purpose: 'marketing', state, how: 'console' })
}

/** Offers news to people as they say yes and no, and sees that the mailer itself decides as the policy's model does. */
export const marketingConsent: Check<'marketing-consent'> = {
  name: 'marketing-consent',
  run: (rule, system) =>
    withPeople(system, async (world) => {
      if (rule.parameters.consent === 'none')
        return finding(0, [], 'nothing offered', 'the policy sends news without a way to say no')
      const isAsked = rule.parameters.consent === 'opt-in'
      const [person, other] = [await world.join(), await world.join()]
      const violations: string[] = []
      let offers = 0
      const expect = async (to: ProbePerson, kind: string, wanted: boolean, when: string): Promise<void> => {
        offers += 1
        if ((await takes(system, world.tx, to, kind)) !== wanted)
          violations.push(`the mailer ${wanted ? 'refuses' : 'takes'} ${kind === 'marketing' ? 'news' : kind} ${when}`)
      }
      await expect(person, 'marketing', !isAsked, 'before anyone was asked')
      await say(system, world, person, 'given')
      await expect(person, 'marketing', true, 'for who agreed')
      await expect(other, 'marketing', !isAsked, 'because somebody else agreed')
      await say(system, world, person, 'withdrawn')
      await expect(person, 'marketing', false, 'after a withdrawal')
      await expect(person, 'security', true, 'after a withdrawal')
      await say(system, world, person, 'given')
      await expect(person, 'marketing', true, 'for who agreed again')
      return finding(
        offers,
        violations,
        `${offers} messages offered to the mailer, ${violations.length} decided wrongly`,
      )
    }),
}
