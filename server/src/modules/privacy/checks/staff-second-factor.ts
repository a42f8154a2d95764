import { staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { type Check, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from '../probe-people.ts'
import { addSecondFactor, makeStaff, staffEndpoints } from '../probe-roles.ts'

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
      await makeStaff(world, system, person)
      const without = await letIn(world, person, person.token)
      const { passwordOnly, signedIn } = await addSecondFactor(world, system, person)
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
