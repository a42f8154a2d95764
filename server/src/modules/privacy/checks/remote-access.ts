import { sql } from 'drizzle-orm'
import { evidenceLeaf, type Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { type Check, type CheckedSystem, finding, probe } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'
import { listCrossings } from '../processors/index.ts'

const samples = ['US', 'TW', 'SG', 'IN', 'DE', 'FR', 'GB', 'IE', 'JP', 'BR', 'ZA', 'NZ'] as const

/** Opens what is about a person at the gate, as staff in a country. @returns what is wrong with its record; null: nothing */
export const openFrom = async (
  system: CheckedSystem,
  tx: Tx,
  { personId }: Pick<ProbePerson, 'personId'>,
  country: string,
): Promise<string | null> => {
  const caller = { personId, sessionId: null, via: 'session', role: null, organisationId: null } as const
  const staff = { ...caller, staffRole: 'support', staffActive: true }
  const subject = { about: personId, subjectIndex: 'probe', subjectId: personId }
  const wish = {
    scope: 'mail',
    reason: 'a probe of the policy',
    ticket: 'probe',
    minutes: 5,
    emergency: false,
  } as const
  const before = (await listCrossings(tx)).find((row) => row.recipient === 'staff' && row.to === country)
  try {
    await system.gates.staffAccess.grant(tx, staff, subject, { ...wish, country })
  } catch (error) {
    if (error instanceof Refusal) return `staff in ${country} are refused`
    throw error
  }
  const found = (await listCrossings(tx)).find((row) => row.recipient === 'staff' && row.to === country)
  if (found === undefined || found.times <= (before?.times ?? 0))
    return `an access from ${country} is not in the register of transfers`
  return found.safeguard === null ? `an access from ${country} is in the register without a safeguard` : null
}

/** Countries from which staff may look, as a transfer of the policy. */
const abroad = ({ policy, gates }: CheckedSystem): string[] =>
  (policy.source.regions.transfers ?? []).map(({ to }) => to).filter((to) => to !== gates.placement.here)

interface Staff {
  readonly world: ProbeWorld
  readonly token: string
  readonly mail: string
  readonly person: ProbePerson
}

const begin = async (system: CheckedSystem, world: ProbeWorld): Promise<Staff> => {
  const person = await world.join()
  await world.request('POST', '/auth/request-password-reset', { body: { email: person.email } })
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  const { rows } = await world.tx.execute<{ id: string }>(
    sql`select id from mail_outbox where about = ${person.personId} order by created_at desc, id desc limit 1`,
  )
  return { world, person, token: String((signedIn.body as { token?: unknown }).token), mail: rows[0]?.id ?? 'none' }
}

const open = ({ world, token, mail }: Staff, country?: string) =>
  world.request('POST', `/operate/outbox/${mail}/open`, {
    token,
    body: { reason: 'a probe of the policy', ticket: 'probe', ...(country === undefined ? {} : { country }) },
  })

/** Looks from a country by the real endpoint: the person must see from where, and the log must have it. */
const follow = async (staff: Staff, country: string): Promise<string[]> => {
  const { world, person } = staff
  const wrong: string[] = []
  const opened = await open(staff, country)
  if (opened.status !== 200) return [`mail does not open from ${country}: ${opened.code}`]
  const seen = await world.request('GET', '/me/access', { token: person.token })
  const { items = [] } = seen.body as { items?: { country: string | null }[] }
  if (!items.some((one) => one.country === country)) wrong.push(`the person does not see an access from ${country}`)
  const rule = `access(mail) from ${country}`
  if ((await world.tx.$count(evidenceLeaf, sql`gate = 'staff-access' and rule = ${rule}`)) === 0)
    wrong.push(`an access from ${country} is not in the evidence log`)
  return wrong
}

/** Opens a mail as staff who say that they are here, abroad, nowhere, and where the policy lets nobody be. */
export const remoteAccess: Check<'remote-access-recorded'> = {
  name: 'remote-access',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const { here } = system.gates.placement
      const { allowed } = system.policy.source.regions
      const staff = await begin(system, world)
      const listed = allowed === 'any' ? [] : [...allowed, ...abroad(system)]
      const astray = allowed === 'any' ? undefined : samples.find((country) => !listed.includes(country))
      const violations: string[] = []
      if (allowed !== 'any' && (await open(staff)).status === 200)
        violations.push('staff may look without saying where')
      if (astray !== undefined && (await open(staff, astray)).status === 200)
        violations.push(`staff may look from ${astray}, where data may not be`)
      const from = [...new Set([...(here === null ? [] : [here]), ...listed])]
      for (const country of from) violations.push(...(await follow(staff, country)))
      for (const country of here === null ? [] : abroad(system)) {
        const wrong = await probe(world.database, (tx) => openFrom(system, tx, staff.person, country))
        if (wrong !== null) violations.push(wrong)
      }
      const figure = `mail opened from ${from.length === 1 ? '1 country' : `${from.length} countries`}, ${here === null ? 0 : abroad(system).length} of them abroad and in the register of transfers; 2 refused`
      return finding(from.length, violations, figure, here === null ? 'AVOW_REGION does not say where this is' : null)
    }),
}
