import { endpoints, staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { totpCode, totpStep } from '../../identity/index.ts'
import { type Check, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from '../probe-people.ts'

const staffEndpoints = endpoints.filter((one) => one.access.kind === 'staff')

/** Ids of the staff endpoints that let a session in, over all staff roles. */
const letIn = async (world: ProbeWorld, person: ProbePerson, token: string): Promise<string[]> => {
  const open = new Set<string>()
  for (const role of staffRoles) {
    await world.tx.execute(sql`update staff_member set role = ${role} where person_id = ${person.personId}`)
    for (const { id, access } of staffEndpoints) {
      if ((await world.knock(access, {}, token)) === null) open.add(id)
    }
  }
  return [...open]
}

/** Makes a member of staff without a second factor, tries every staff endpoint, and again with one. */
export const staffSecondFactor: Check<'staff-second-factor'> = {
  name: 'staff-second-factor',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const person = await world.join()
      await world.tx.execute(
        sql`insert into staff_member (person_id, role, since) values (${person.personId}, 'operator', ${system.clock.now().toISOString()})`,
      )
      const without = await letIn(world, person, person.token)
      const begun = await world.request('POST', '/me/totp', {
        token: person.token,
        body: { password: person.password },
      })
      const { secret } = begun.body as { secret: string }
      const step = totpStep(system.clock.nowMs())
      await world.request('POST', '/me/totp/confirm', { token: person.token, body: { code: totpCode(secret, step) } })
      const passwordOnly = await world.signIn(person.email, person.password)
      const signedIn = await world.signIn(person.email, person.password, totpCode(secret, step + 1))
      const withOne =
        signedIn.code === null ? await letIn(world, person, (signedIn.body as { token: string }).token) : []
      const violations = [
        ...without.map((id) => `${id} lets staff in without a second factor`),
        ...(passwordOnly.code === null ? ['a password alone signs in where a second factor is set up'] : []),
      ]
      const figure = `${count(staffEndpoints.length, 'staff endpoint')}: ${without.length} open without a second factor, ${withOne.length} with one`
      return withOne.length === staffEndpoints.length
        ? finding(staffEndpoints.length, violations, figure)
        : finding(0, violations, figure, 'staff with a second factor are refused too, so the refusals prove nothing')
    }),
}
