import { endpoints, organisationRoles, staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { totpCode, totpStep } from '../identity/index.ts'
import type { CheckedSystem } from './check.ts'
import type { ProbeAnswer, ProbePerson, ProbeWorld } from './probe-people.ts'

export const memberEndpoints = endpoints.filter((one) => one.access.kind === 'member')
export const staffEndpoints = endpoints.filter((one) => one.access.kind === 'staff')

/** Every role in an organisation gets what the contract gives it, and not more; each difference in words. */
export const tryRoles = async (world: ProbeWorld, owner: ProbePerson): Promise<string[]> => {
  const violations: string[] = []
  const { organisationId, projectId } = owner
  for (const role of organisationRoles) {
    await world.tx.execute(sql`update membership set role = ${role} where organisation_id = ${organisationId}`)
    for (const { id, access } of memberEndpoints) {
      const isWanted = access.kind === 'member' && access.roles.includes(role)
      const code = await world.knock(access, { organisationId, projectId }, owner.token)
      if ((code === null) !== isWanted)
        violations.push(`${id} ${code === null ? 'lets in' : 'refuses'} the role ${role}`)
    }
  }
  await world.tx.execute(sql`update membership set role = 'owner' where organisation_id = ${organisationId}`)
  return violations
}

/** Every staff role gets what the contract gives it, and not more. @param token of a session with a second factor */
export const tryStaffRoles = async (world: ProbeWorld, person: ProbePerson, token: string): Promise<string[]> => {
  const violations: string[] = []
  for (const role of staffRoles) {
    await world.tx.execute(sql`update staff_member set role = ${role} where person_id = ${person.personId}`)
    for (const { id, access } of staffEndpoints) {
      const isWanted = access.kind === 'staff' && access.roles.includes(role)
      const code = await world.knock(access, {}, token)
      if ((code === null) !== isWanted)
        violations.push(`${id} ${code === null ? 'lets in' : 'refuses'} staff as ${role}`)
    }
  }
  return violations
}

export const makeStaff = (world: ProbeWorld, { clock }: CheckedSystem, { personId }: ProbePerson): Promise<unknown> =>
  world.tx.execute(
    sql`insert into staff_member (person_id, role, since) values (${personId}, 'operator', ${clock.now().toISOString()})`,
  )

/** Sets a second factor up, then signs in with the password alone and with both. */
export const addSecondFactor = async (
  world: ProbeWorld,
  { clock }: CheckedSystem,
  person: ProbePerson,
): Promise<{ passwordOnly: ProbeAnswer; signedIn: ProbeAnswer }> => {
  const { email, password, token } = person
  const begun = await world.request('POST', '/me/totp', { token, body: { password } })
  const { secret } = begun.body as { secret: string }
  const step = totpStep(clock.nowMs())
  await world.request('POST', '/me/totp/confirm', { token, body: { code: totpCode(secret, step) } })
  return {
    passwordOnly: await world.signIn(email, password),
    signedIn: await world.signIn(email, password, totpCode(secret, step + 1)),
  }
}
