import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import type { ProbePerson, ProbeWorld } from '../probe-people.ts'
import { type ProbeRights, withRights } from '../probe-rights.ts'

const longAgo = '2001-01-01T00:00:00Z'

interface Locked {
  readonly person: ProbePerson
  /** Of a key of an organisation that only they own. */
  readonly secret: string
  /** Another member of that organisation. */
  readonly member: ProbePerson
}

const prepare = async (world: ProbeWorld, { clock }: CheckedSystem): Promise<Locked> => {
  const [person, member] = [await world.join(), await world.join()]
  await world.tx.execute(
    sql`insert into membership (organisation_id, person_id, role, joined_at) values (${person.organisationId}, ${member.personId}, 'admin', ${clock.now().toISOString()})`,
  )
  const path = `/projects/${person.projectId}/keys`
  const made = await world.request('POST', path, { token: person.token, body: { name: 'probe' } })
  return { person, member, secret: (made.body as { secret?: string } | null)?.secret ?? '' }
}

/** What still answers of an account that should be locked. */
const whatAnswers = async (world: ProbeRights, { person, secret, member }: Locked): Promise<string[]> => {
  const { token, organisationId, projectId } = person
  const asks = [
    ['GET', '/me', token],
    ['POST', '/me/export', token],
    ['GET', `/organisations/${organisationId}`, token],
    ['GET', `/organisations/${organisationId}`, member.token],
    ['GET', `/projects/${projectId}/keys`, member.token],
    ['POST', `/projects/${projectId}/keys`, member.token],
  ] as const
  const answers: string[] = []
  for (const [method, path, by] of asks) {
    const body = method === 'POST' ? { body: path.endsWith('keys') ? { name: 'probe' } : {} } : {}
    const { status } = await world.request(method, path, { token: by, ...body })
    if (status < 400) answers.push(`${method} ${path.replace(/(org|prj|per)_\w+/g, 'ID')} still answers`)
  }
  if ((await world.signIn(person.email, person.password)).status < 400) answers.push('sign-in still answers')
  const key = await world.identity.api.keyDirectory.find(secret)
  if (key !== null && key.state === 'active') answers.push('a key still opens the models')
  return answers
}

/** How many accounts retention would remove if they had been closed long ago. */
const isScheduled = async (world: ProbeRights, { gates }: CheckedSystem, { personId }: ProbePerson) => {
  const people = gates.retention.tables.find(({ table }) => table === 'person')
  if (people === undefined) return false
  const before = await gates.retention.overdue(world.tx, people)
  const { rows } = await world.tx.execute<{ closed_at: Date | null }>(
    sql`select closed_at from person where id = ${personId}`,
  )
  await world.tx.execute(
    sql`update person set closed_at = ${longAgo}::timestamptz where id = ${personId} and closed_at is not null`,
  )
  const after = await gates.retention.overdue(world.tx, people)
  await world.tx.execute(sql`update person set closed_at = ${rows[0]?.closed_at ?? null} where id = ${personId}`)
  return after === before + 1
}

/** Opening again gives the account back as long as the policy says, and no key. */
const tryReopening = async (world: ProbeRights, system: CheckedSystem, locked: Locked): Promise<string[]> => {
  const { email, password, personId } = locked.person
  const reopen = () => world.request('POST', '/auth/reopen', { body: { email, password } })
  const within = system.policy.accounts.reopenWithin.text
  const past = sql`update person set closed_at = closed_at - ${within}::interval - interval '1 day' where id = ${personId}`
  const back = sql`update person set closed_at = closed_at + ${within}::interval + interval '1 day' where id = ${personId}`
  await world.tx.execute(past)
  const late = await reopen()
  await world.tx.execute(back)
  const key = async () => (await world.identity.api.keyDirectory.find(locked.secret))?.state === 'active'
  return [
    ...(late.status >= 400 ? [] : ['an account is opened again later than the policy says']),
    ...((await key()) ? ['a key came back'] : []),
  ]
}

const closeByHand = async (world: ProbeRights, system: CheckedSystem): Promise<string[]> => {
  const locked = await prepare(world, system)
  const { token, password, organisationId } = locked.person
  const close = (body: object) => world.request('POST', '/me/close', { token, body: { password, ...body } })
  const undecided = await close({})
  const open = await whatAnswers(world, locked)
  const closed = await close({ closeOrganisations: [organisationId] })
  return [
    ...(undecided.status >= 400 ? [] : ['an organisation of others was closed with nobody asked']),
    ...(open.length === 8 ? [] : ['the probe person reached less than they should before the closure']),
    ...(closed.status === 200 ? [] : [`a closure is refused: ${closed.code}`]),
    ...(await whatAnswers(world, locked)),
    ...((await isScheduled(world, system, locked.person)) ? [] : ['nothing is set for removal']),
    ...(await tryReopening(world, system, locked)),
  ]
}

/** Only where the policy closes what is idle. */
const closeByIdleness = async (world: ProbeRights, system: CheckedSystem): Promise<string[]> => {
  if (system.policy.accounts.idle === null) return []
  const [locked, active] = [await prepare(world, system), await world.join()]
  await world.tx.execute(
    sql`update person set last_active_at = ${longAgo}::timestamptz, idle_warned_at = null where id = ${locked.person.personId}`,
  )
  await world.rights.accounts.closeIdle()
  const { rows } = await world.tx.execute<{ open: boolean; warned: boolean }>(
    sql`select closed_at is null as open, idle_warned_at is not null as warned from person where id = ${locked.person.personId}`,
  )
  await world.tx.execute(
    sql`update person set idle_warned_at = ${longAgo}::timestamptz where id = ${locked.person.personId} and idle_warned_at is not null`,
  )
  await world.rights.accounts.closeIdle()
  const left = await whatAnswers(world, locked)
  return [
    ...(rows[0]?.open === true && rows[0].warned ? [] : ['an idle account was closed with nobody warned']),
    ...left.map((what) => `${what} of an account that was idle for long`),
    ...((await world.request('GET', '/me', { token: active.token })).status === 200
      ? []
      : ['an account that is used was closed']),
  ]
}

/** Closes a probe account by hand, and another by idleness, and tries everything that it could do. */
export const closedAccounts: Check<'closure-locks'> = {
  name: 'closed-accounts',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const violations = [...(await closeByHand(world, system)), ...(await closeByIdleness(world, system))]
      const ways =
        system.policy.accounts.idle === null ? '1 account closed by hand' : '1 account closed by hand, 1 idle'
      return finding(8, violations, `${ways}; 8 doors tried before and after`)
    }),
}
