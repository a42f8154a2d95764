import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import type { ProbePerson } from '../probe-people.ts'
import { type ProbeRights, withRights } from '../probe-rights.ts'
import { erasePerson } from '../rights/index.ts'

interface Shown {
  readonly irreversible?: string
  readonly confirmation?: string
  readonly kept?: readonly { readonly table: string; readonly why: string; readonly period: string }[]
}

const preview = async (world: ProbeRights, { token }: ProbePerson): Promise<Shown> =>
  ((await world.request('GET', '/me/erasure/preview', { token })).body ?? {}) as Shown

const ask = (world: ProbeRights, { token, password }: ProbePerson, body: object) =>
  world.request('POST', '/me/erasure', { token, body: { password, ...body } })

const countRequests = async ({ tx }: ProbeRights): Promise<number> =>
  Number((await tx.execute<{ n: string }>(sql`select count(*) as n from rights_request`)).rows[0]?.n)

/** Asks in every way that must not do, and says which did. */
const askUnconfirmed = async (world: ProbeRights, system: CheckedSystem, person: ProbePerson): Promise<string[]> => {
  const { confirmation = '' } = await preview(world, person)
  const other = await world.join()
  await world.tx.execute(
    sql`insert into membership (organisation_id, person_id, role, joined_at) values (${person.organisationId}, ${other.personId}, 'member', ${system.clock.now().toISOString()})`,
  )
  const fresh = await preview(world, person)
  const closeOrganisations = [person.organisationId]
  const attempts = [
    ['with nothing confirmed', {}],
    ['with a made-up confirmation', { closeOrganisations, confirmation: 'a'.repeat(confirmation.length || 43) }],
    [
      'with the confirmation of somebody else',
      { closeOrganisations, confirmation: (await preview(world, other)).confirmation ?? '' },
    ],
    ['with a confirmation of what has changed since', { closeOrganisations, confirmation }],
    ['with members of an organisation that nobody else owns', { confirmation: fresh.confirmation ?? '' }],
  ] as const
  const accepted: string[] = []
  for (const [how, body] of attempts) {
    const answer = await ask(world, person, body)
    if (answer.status < 400) accepted.push(`an erasure was taken ${how}`)
  }
  return accepted
}

/** Erases, and compares what is really left without the person with what was said before. */
const eraseAndCompare = async (world: ProbeRights, person: ProbePerson): Promise<string[]> => {
  const { rights, tx } = world
  const shown = await preview(world, person)
  const told = { confirmation: shown.confirmation ?? '', closeOrganisations: [person.organisationId] }
  const answer = await ask(world, person, told)
  if (answer.status !== 202) return [`an erasure that was confirmed is refused: ${answer.code}`]
  const { id, startsAt } = answer.body as { id: string; startsAt: string }
  const begun = await erasePerson(rights, id)
  await tx.execute(sql`update rights_request set starts_at = asked_at where id = ${id}`)
  const left = new Set<string>()
  const erasureGate: typeof rights.erasureGate = {
    ...rights.erasureGate,
    eraseBatch: async (batch, table, subject) => {
      const done = await rights.erasureGate.eraseBatch(batch, table, subject)
      if (done.emptied > 0) left.add(table)
      return done
    },
  }
  await erasePerson({ ...rights, erasureGate }, id)
  const kept = new Map((shown.kept ?? []).map((one) => [one.table, one]))
  return [
    ...(begun === 'not yet' || rights.clock.now() >= new Date(startsAt) ? [] : ['an erasure began before its delay']),
    ...[...left].filter((table) => !kept.has(table)).map((table) => `rows of ${table} stay, and it was not said`),
    ...[...kept.values()]
      .filter(({ why, period }) => why === '' || period === '')
      .map(({ table }) => `it is not said why or how long ${table} stays`),
    ...((shown.irreversible ?? '').includes('cannot be undone') ? [] : ['it is not said that it cannot be undone']),
    ...(left.size > 0 ? [] : ['nothing of the probe person stayed, so nothing was compared']),
  ]
}

/** Tries to be erased without having been told what that means, then with it, and compares words with deeds. */
export const erasureConfirmation: Check<'erasure-confirmed'> = {
  name: 'erasure-confirmation',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const before = await countRequests(world)
      const accepted = await askUnconfirmed(world, system, person)
      const stray = (await countRequests(world)) - before
      const wrong = accepted.length > 0 ? [] : await eraseAndCompare(world, person)
      const violations = [
        ...accepted,
        ...(stray > accepted.length ? [`${count(stray, 'request')} written by refused attempts`] : []),
        ...wrong,
      ]
      return finding(6, violations, `5 attempts without being told, ${accepted.length} taken; 1 with it compared`)
    }),
}
