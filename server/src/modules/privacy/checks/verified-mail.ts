import { type Check, finding } from '../check.ts'
import { probeEmail, probePassword, withPeople } from '../probe-people.ts'

/** Signs up and tries to sign in before and after opening the link in the mail. */
export const verifiedMail: Check<'verified-mail'> = {
  name: 'verified-mail',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const [email, password] = [probeEmail(), probePassword()]
      await world.signUp(email, password, '1980-01-02')
      const before = await world.signIn(email, password)
      const guessed = await world.request('POST', '/auth/verify-email', { body: { token: 'guessed' } })
      await world.request('POST', '/auth/verify-email', { body: { token: await world.mailedToken(email) } })
      const after = await world.signIn(email, password)
      const violations = [
        ...(before.code === null ? ['someone could sign in before opening the link in the mail'] : []),
        ...(guessed.code === null ? ['a guessed token verified an address'] : []),
      ]
      const figure = 'a sign-in before and one after verification tried, and a guessed token'
      return after.code === null
        ? finding(3, violations, figure)
        : finding(0, violations, figure, `sign-in fails also after verification: ${after.code}`)
    }),
}
