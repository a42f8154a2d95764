import { sql } from 'drizzle-orm'
import { addressIndex } from '../../../platform/mail/index.ts'
import { type Check, finding } from '../check.ts'
import { probeEmail, probePassword, withPeople } from '../probe-people.ts'

/** A date of birth, YYYY-MM-DD, for someone who turns `years` in so many days (negative: did so that many days ago). */
const bornSoThatTurns = (years: number, inDays: number, now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), now.getUTCDate() + inDays))
    .toISOString()
    .slice(0, 10)

/** Tries to sign up a day too young, then with another date, and a day old enough, through the endpoint that people use. */
export const minimumAge: Check<'minimum-age'> = {
  name: 'minimum-age',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const { minimumAge: years } = system.policy
      const [young, old] = [probeEmail(), probeEmail()]
      const refused = await world.signUp(young, probePassword(), bornSoThatTurns(years, 1, system.clock.now()))
      const accepted = await world.signUp(old, probePassword(), bornSoThatTurns(years, -1, system.clock.now()))
      const again = await world.signUp(young, probePassword(), bornSoThatTurns(years, -1, system.clock.now()))
      const youngIndex = addressIndex(system.vault, young)
      const { rows } = await world.tx.execute(
        sql`select 1 from sign_up where email_index = ${youngIndex} union all select 1 from person where email_index = ${youngIndex}`,
      )
      const violations = [
        ...(refused.code === 'below_minimum_age' ? [] : [`someone who turns ${years} tomorrow could sign up`]),
        ...(again.code === 'below_minimum_age' ? [] : ['someone who was too young could sign up with another date']),
        ...(rows.length === 0 ? [] : ['something was stored about someone who is too young']),
      ]
      const figure = `a sign-up one day under ${years}, the same with another date, and one over it tried`
      return accepted.code === null
        ? finding(3, violations, figure)
        : finding(0, violations, figure, `sign-up refused someone of ${years} too: ${accepted.code}`)
    }),
}
