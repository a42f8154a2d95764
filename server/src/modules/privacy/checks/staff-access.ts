import { randomBytes } from 'node:crypto'
import { contract, type Endpoint, staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { evidenceLeaf } from '../../../platform/db/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { writePlan } from '../plans/index.ts'
import { type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'
import { addSecondFactor, makeStaff, staffEndpoints } from '../probe-roles.ts'

interface Scene {
  readonly world: ProbeWorld
  readonly system: CheckedSystem
  /** Whom it is about, and texts that only they have. */
  readonly person: ProbePerson
  readonly canaries: readonly string[]
  readonly staff: { readonly personId: string; readonly token: string }
}

/** They show the catalogue, the installation, and amounts of organisations by their ids: nothing that says who somebody is. */
const withoutPeople: ReadonlySet<string> = new Set(
  [
    contract.models,
    contract.modelRoutes,
    contract.operate,
    contract.usage,
    contract.balance,
    contract.live,
    contract.backups,
    contract.gateways,
  ].flatMap((group) => Object.values(group).map(({ id }) => id)),
)

const readers: readonly Endpoint[] = staffEndpoints.filter(
  ({ id, method }) => method === 'GET' && !withoutPeople.has(id),
)

const pathOf = (endpoint: Endpoint, params: Readonly<Record<string, string>>): string =>
  endpoint.path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? 'none'))

const begin = async (world: ProbeWorld, system: CheckedSystem): Promise<Scene> => {
  const person = await world.join()
  const name = `Canary ${randomBytes(8).toString('hex')}`
  await world.request('PATCH', '/me', { token: person.token, body: { name } })
  await world.request('POST', '/auth/request-password-reset', { body: { email: person.email } })
  const plan = {
    organisationId: person.organisationId,
    source: 'plan: probe\nagreement: a probe\n',
    by: person.personId,
  }
  await writePlan(system, world.tx, plan, {})
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  const token = String((signedIn.body as { token?: unknown }).token)
  return { world, system, person, canaries: [person.email, name], staff: { personId: member.personId, token } }
}

/**
 * Every reading endpoint of staff, in every role, without a grant: which shows the person. One that is asked for something else
 * than a person, their mail or their organisation, and does not find it, has answered.
 */
const look = async ({ world, person, canaries, staff }: Scene): Promise<{ answered: Set<string>; shown: string[] }> => {
  const answered = new Set<string>()
  const shown = new Set<string>()
  const params = {
    personId: person.personId,
    mailId: await newestMail({ world, person }),
    organisationId: person.organisationId,
  }
  for (const role of staffRoles) {
    await world.tx.execute(sql`update staff_member set role = ${role} where person_id = ${staff.personId}`)
    for (const endpoint of readers) {
      const { status, body, code } = await world.request('GET', pathOf(endpoint, params), { token: staff.token })
      const isElsewhere =
        code === 'not_found' && !Object.keys(params).some((name) => endpoint.path.includes(`{${name}}`))
      if (status === 200 || code === 'staff_access_needed' || isElsewhere) answered.add(endpoint.id)
      if (canaries.some((canary) => JSON.stringify(body).includes(canary))) shown.add(endpoint.id)
    }
  }
  await world.tx.execute(sql`update staff_member set role = 'operator' where person_id = ${staff.personId}`)
  return { answered, shown: [...shown] }
}

const newestMail = async ({ world, person }: Pick<Scene, 'world' | 'person'>): Promise<string> => {
  const { rows } = await world.tx.execute<{ id: string }>(
    sql`select id from mail_outbox where about = ${person.personId} order by created_at desc, id desc limit 1`,
  )
  return rows[0]?.id ?? 'none'
}

/** Somewhere from where staff may look. */
const placeIn = ({ system: { gates, policy } }: Scene): string => {
  const { allowed } = policy.source.regions
  return gates.placement.here ?? (allowed === 'any' ? undefined : allowed[0]) ?? 'US'
}

/** Opens one mail as staff must, and follows what is recorded of it. */
const openAndFollow = async (scene: Scene): Promise<string[]> => {
  const { world, person, staff } = scene
  const grounds = { reason: 'the probe of the policy reads its own mail', ticket: 'probe', country: placeIn(scene) }
  const mailId = await newestMail(scene)
  const call = (method: 'GET' | 'POST', path: string, token: string, body?: object) =>
    world.request(method, path, body === undefined ? { token } : { token, body })
  const mail = `/operate/outbox/${mailId}`
  const violations: string[] = []
  for (const [body, what] of [
    [{ ...grounds, reason: 'why not' }, 'a reason'],
    [{ ...grounds, ticket: undefined }, 'a ticket'],
    [{ ...grounds, minutes: 100_000 }, 'an end'],
  ] as const)
    if ((await call('POST', `${mail}/open`, staff.token, body)).status === 200)
      violations.push(`mail opens without ${what}`)
  const leaves = await world.tx.$count(evidenceLeaf, sql`gate = 'staff-access'`)
  const opened = await call('POST', `${mail}/open`, staff.token, grounds)
  if (opened.status !== 200) return [...violations, `mail does not open for a stated reason: ${opened.code}`]
  if ((await world.tx.$count(evidenceLeaf, sql`gate = 'staff-access'`)) === leaves)
    violations.push('an access is not in the evidence log')
  const seen = JSON.stringify((await call('GET', '/me/access', person.token)).body)
  if (!seen.includes(grounds.reason) || !seen.includes(mailId))
    violations.push('the person does not see an access to their mail')
  await world.tx.execute(
    sql`update staff_access_grant set granted_at = granted_at - interval '9 hours', expires_at = expires_at - interval '9 hours' where staff_id = ${staff.personId}`,
  )
  if ((await call('GET', mail, staff.token)).status === 200)
    violations.push('mail is open after the time of the access')
  return violations
}

/** Makes a person and staff, tries every reading endpoint of staff without a grant, then opens a mail as one must. */
export const staffAccess: Check<'staff-access-recorded'> = {
  name: 'staff-access',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const scene = await begin(world, system)
      const { answered, shown } = await look(scene)
      const violations = [
        ...shown.map((id) => `${id} shows staff a person without a stated reason`),
        ...(await openAndFollow(scene)),
      ]
      const blind = readers.filter(({ id }) => !answered.has(id)).map(({ id }) => id)
      const figure = `${count(answered.size, 'reading endpoint')} of staff tried in ${staffRoles.length} roles, 1 mail opened for a reason, 3 refused`
      return finding(
        answered.size,
        violations,
        figure,
        blind.length === 0 ? null : `did not answer the probe: ${blind.join(', ')}`,
      )
    }),
}
