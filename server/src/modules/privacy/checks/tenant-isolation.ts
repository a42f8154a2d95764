import { type Endpoint, type ErrorCode, organisationRoles } from '@avow/contract'
import { type Check, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from '../probe-people.ts'
import { memberEndpoints, tryRoles } from '../probe-roles.ts'

/** The code with which an endpoint refuses a person at another's organisation and project; null when it lets them in. */
const knockAt = (
  world: ProbeWorld,
  who: ProbePerson,
  at: ProbePerson,
  { access }: Endpoint,
): Promise<ErrorCode | null> =>
  world.knock(access, { organisationId: at.organisationId, projectId: at.projectId }, who.token)

/** What a stranger gets at each member endpoint must be what they would get for something that does not exist. */
const tryAsStranger = async (world: ProbeWorld, owner: ProbePerson, stranger: ProbePerson): Promise<string[]> => {
  const violations: string[] = []
  for (const one of memberEndpoints) {
    const code = await knockAt(world, stranger, owner, one)
    if (code !== 'not_found') violations.push(`${one.id} answers a stranger with ${code ?? 'access'}`)
  }
  return violations
}

/** Ids of another tenant's rows under one's own project or organisation must not be found. */
const tryForeignIds = async (
  world: ProbeWorld,
  owner: ProbePerson,
  stranger: ProbePerson,
): Promise<{ tried: number; violations: string[] }> => {
  const key = await world.request('POST', `/projects/${owner.projectId}/keys`, {
    token: owner.token,
    body: { name: 'probe' },
  })
  const keyId = (key.body as { id: string }).id
  const invitation = await world.request('POST', `/organisations/${owner.organisationId}/invitations`, {
    token: owner.token,
    body: { email: 'probe-guest@avow.invalid', role: 'viewer' },
  })
  const keys = `/projects/${stranger.projectId}/keys/${keyId}`
  const own = `/organisations/${stranger.organisationId}`
  const tries = [
    ['GET', keys, undefined],
    ['PATCH', keys, { name: 'taken' }],
    ['POST', `${keys}/rotate`, { overlapSeconds: 0 }],
    ['DELETE', keys, undefined],
    ['DELETE', `${own}/invitations/${(invitation.body as { id: string }).id}`, undefined],
    ['PATCH', `${own}/members/${owner.personId}`, { role: 'viewer' }],
    ['DELETE', `${own}/members/${owner.personId}`, undefined],
  ] as const
  const violations: string[] = []
  for (const [method, path, body] of tries) {
    const answer = await world.request(method, path, { token: stranger.token, ...(body === undefined ? {} : { body }) })
    if (answer.code !== 'not_found')
      violations.push(`${method} with another tenant's id is answered with ${answer.code ?? answer.status}`)
  }
  const listed = JSON.stringify((await world.request('GET', '/organisations', { token: stranger.token })).body)
  if (listed.includes(owner.organisationId)) violations.push("another tenant's organisation is listed")
  return { tried: tries.length + 1, violations }
}

/** Makes two tenants and tries every member endpoint of the contract from one at the other, and in every role. */
export const tenantIsolation: Check<'tenant-isolation'> = {
  name: 'tenant-isolation',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const [owner, stranger] = [await world.join(), await world.join()]
      const foreign = await tryForeignIds(world, owner, stranger)
      const violations = [
        ...(await tryAsStranger(world, owner, stranger)),
        ...(await tryRoles(world, owner)),
        ...foreign.violations,
      ]
      const roleTries = memberEndpoints.length * organisationRoles.length
      const figure = `${count(memberEndpoints.length, 'endpoint')} tried by a stranger, ${roleTries} pairs of endpoint and role, ${foreign.tried} foreign ids`
      return finding(memberEndpoints.length + roleTries + foreign.tried, violations, figure)
    }),
}
