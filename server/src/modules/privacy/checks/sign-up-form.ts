import { type Check, finding } from '../check.ts'
import { probeEmail, probePassword, withPeople } from '../probe-people.ts'

/** What people give to open an account, by the names that the endpoint uses. */
const answers = () => ({ name: 'Probe', email: probeEmail(), password: probePassword(), birthDate: '1980-01-02' })

/** Signs up with exactly the fields that the policy lists, and then with each one of them left out. */
export const signUpForm: Check<'sign-up-asks'> = {
  name: 'sign-up-form',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const listed = system.policy.source.audience.signUpAsks ?? []
      const known: Record<string, string> = answers()
      const unknown = listed.filter((field) => known[field] === undefined)
      const given = (fields: readonly string[]) =>
        Object.fromEntries(fields.flatMap((field) => (known[field] === undefined ? [] : [[field, known[field]]])))
      const signUp = async (fields: readonly string[]): Promise<number> =>
        (await world.request('POST', '/auth/sign-up', { body: given(fields) })).status
      const violations = unknown.map((field) => `the policy lists ${field}, for which sign-up has no field`)
      const whole = await signUp(listed)
      if (whole === 400 || whole === 422) violations.push('sign-up asks for more than the policy lists')
      for (const field of Object.keys(known).filter((name) => listed.includes(name))) {
        if ((await signUp(listed.filter((name) => name !== field))) === 202)
          violations.push(`the policy lists ${field}, which sign-up does not ask for`)
      }
      const figure = `a sign-up with ${listed.length} fields and ${listed.length} with one less tried`
      return finding(listed.length + 1, violations, figure, whole === 202 ? null : `sign-up answered ${whole}`)
    }),
}
