import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { type Check, finding } from '../check.ts'
import { type ProbeWorld, probeEmail, probePassword, withModule } from '../probe-people.ts'

const accepted = async (tx: Tx, personId: string, versionId: string): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from policy_acceptance where person_id = ${personId} and version_id = ${versionId}`,
  )
  return Number(rows[0]?.n ?? 0)
}

/** Somebody who signed in and did nothing yet. */
const signedIn = async ({ signUp, signIn, mailedToken, request }: ProbeWorld) => {
  const [email, password] = [probeEmail(), probePassword()]
  await signUp(email, password, '1980-01-02')
  await request('POST', '/auth/verify-email', { body: { token: await mailedToken(email) } })
  const { body } = await signIn(email, password)
  const { token, person } = body as { token?: unknown; person?: { id?: unknown } }
  return typeof token === 'string' && typeof person?.id === 'string' ? { token, personId: person.id } : null
}

/** Lets somebody use the service twice, and looks for one acceptance of the version in force, and none before. */
export const policyAcceptanceRecords: Check<'acceptance-recorded'> = {
  name: 'policy-acceptance',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const { tx, request } = world
      const who = await signedIn(world)
      if (who === null) return finding(0, [], 'nobody could sign in', 'nobody could sign in, so nobody went on')
      const rows = () => accepted(tx, who.personId, system.settled.versionId)
      const violations: string[] = []
      await request('GET', '/policy', { token: who.token })
      if ((await rows()) > 0) violations.push('to read the policy counts as acceptance')
      await request('GET', '/me', { token: who.token })
      if ((await rows()) === 0)
        violations.push('going on to use the service leaves no acceptance of the version in force')
      await request('GET', '/me', { token: who.token })
      const found = await rows()
      if (found > 1) violations.push(`going on to use the service is recorded ${found} times`)
      return finding(3, violations, `3 acts of a person, ${found} acceptance of the version in force recorded`)
    }),
}
