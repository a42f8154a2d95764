import { organisationRoles, staffRoles } from '@avow/contract'
import { type Check, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'
import { addSecondFactor, makeStaff, memberEndpoints, staffEndpoints, tryRoles, tryStaffRoles } from '../probe-roles.ts'

/** Tries every endpoint that asks for a role in every role, of organisations and of staff, and as somebody with none. */
export const roleMatrix: Check<'roles-enforced'> = {
  name: 'role-matrix',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const person = await world.join()
      const asMember = await tryRoles(world, person)
      const asNobody: string[] = []
      for (const { id, access } of staffEndpoints) {
        if ((await world.knock(access, {}, person.token)) === null)
          asNobody.push(`${id} lets in a person who is no staff`)
      }
      await makeStaff(world, system, person)
      const { signedIn } = await addSecondFactor(world, system, person)
      const pairs = memberEndpoints.length * organisationRoles.length + staffEndpoints.length * staffRoles.length
      const violations = [...asMember, ...asNobody]
      if (signedIn.code !== null)
        return finding(pairs, violations, `${pairs} pairs of endpoint and role`, 'staff could not sign in to be tried')
      const { token } = signedIn.body as { token: string }
      violations.push(...(await tryStaffRoles(world, person, token)))
      return finding(
        pairs + staffEndpoints.length,
        violations,
        `${pairs} pairs of endpoint and role tried, and ${staffEndpoints.length} endpoints with none; ${violations.length} not as the contract says`,
      )
    }),
}
