import { randomBytes } from 'node:crypto'
import { addressIndex } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbePerson, probeEmail } from '../probe-people.ts'
import { type ProbeRights, searchEverywhere, withRights } from '../probe-rights.ts'
import { readSubject, subjectNow } from '../rights/index.ts'

/** What a person writes about themselves: each sealed column of these must say how it is corrected. */
const stated = /^(account\.(identity|contact|preferences|organisation)|billing\.|marketing\.)/

const record = 'record'

/** One correction, by an endpoint of the contract, as its person makes it. */
interface Correction {
  /** What it was, and what it is afterwards. */
  readonly before: string
  readonly after: string
  run(to: string): Promise<{ readonly status: number }>
}

const canary = (): string => `Probe ${randomBytes(6).toString('hex')}`

/** Every correction that there is, for one person. */
const correctionsOf = async (world: ProbeRights, person: ProbePerson): Promise<Map<string, Correction>> => {
  const { token, password, organisationId, projectId } = person
  const keys = `/projects/${projectId}/keys`
  const made = await world.request('POST', keys, { token, body: { name: canary() } })
  const { id: keyId } = (made.body as { key?: { id: string }; id?: string }).key ?? (made.body as { id: string })
  const patch = (path: string) => (name: string) => world.request('PATCH', path, { token, body: { name } })
  const names = (path: string): Correction => ({ before: canary(), after: canary(), run: patch(path) })
  const changeEmail: Correction['run'] = async (newEmail) => {
    await world.request('POST', '/me/email', { token, body: { newEmail, password } })
    return world.request('POST', '/auth/confirm-email', { body: { token: await world.mailedToken(newEmail) } })
  }
  return new Map([
    ['account.updateMe', names('/me')],
    ['organisations.update', names(`/organisations/${organisationId}`)],
    ['projects.update', names(`/projects/${projectId}`)],
    ['keys.update', names(`${keys}/${keyId}`)],
    ['account.changeEmail', { before: person.email, after: probeEmail(), run: changeEmail }],
  ])
}

/** Columns of what people state of which nobody said how they are corrected, or by an endpoint that is none. */
const unsaid = ({ map }: Pick<CheckedSystem, 'map'>, known: ReadonlyMap<string, Correction>): string[] =>
  map.flatMap(({ table, column, category, sealedFor, corrected }) => {
    if (corrected == null)
      return sealedFor !== null && stated.test(category) ? [`nothing says how ${table}.${column} is corrected`] : []
    return corrected === record || known.has(corrected)
      ? []
      : [`${table}.${column} is corrected by ${corrected}, which corrects nothing`]
  })

/** Where what was before is still found, though it should have followed. */
const leftBehind = async (world: ProbeRights, system: CheckedSystem, before: string): Promise<string[]> => {
  const records = new Set(system.map.filter(({ corrected }) => corrected === record).map(({ table }) => table))
  const texts = before.includes('@') ? [before, addressIndex(system.vault, before)] : [before]
  const left = new Set<string>()
  for (const text of texts)
    for (const table of (await searchEverywhere(world.tx, system, text)).found.keys())
      if (!records.has(table)) left.add(table)
  return [...left].map((table) => `${table} still holds what was corrected`)
}

/** Columns that do not hold what their person wrote last. */
const notFollowed = async (
  world: ProbeRights,
  { map }: Pick<CheckedSystem, 'map'>,
  person: ProbePerson,
  corrections: ReadonlyMap<string, Correction>,
): Promise<string[]> => {
  const found = await readSubject(world.rights, world.tx, await subjectNow(world.rights, world.tx, person.personId))
  const named = map.filter(
    ({ column, corrected }) => corrected != null && corrected !== record && /(name|email)$/.test(column),
  )
  return named.flatMap(({ table, column, corrected }) => {
    const rows = found.find((one) => one.table === table)?.rows ?? []
    const after = corrections.get(corrected ?? '')?.after
    return rows.some((row) => row[column] === after) ? [] : [`${table}.${column} does not hold the correction`]
  })
}

/** Corrects all that a probe person can correct, and looks for what they wrote before in every table. */
export const correctedData: Check<'rectify'> = {
  name: 'corrected-data',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const corrections = await correctionsOf(world, person)
      const violations = unsaid(system, corrections)
      const organisation = async () =>
        (await world.request('GET', `/organisations/${person.organisationId}`, { token: person.token })).body as {
          name?: string
        } | null
      const me = corrections.get('account.updateMe')
      if (me !== undefined) {
        await me.run(me.before)
        if ((await organisation())?.name?.startsWith(me.before) !== true)
          violations.push('an organisation that was called after a person is not called after them any more')
      }
      for (const [endpoint, { before, after, run }] of corrections) {
        if (endpoint !== 'account.changeEmail') await run(before)
        const { status } = await run(after)
        if (status >= 400) violations.push(`${endpoint} refuses its own person: ${status}`)
        else violations.push(...(await leftBehind(world, system, before)))
      }
      violations.push(...(await notFollowed(world, system, person, corrections)))
      const session = await world.request('GET', '/me', { token: person.token })
      if (session.status !== 200) violations.push('a correction ended the session of its person')
      const columns = system.map.filter(({ corrected }) => corrected != null).length
      const figure = `${corrections.size} corrections made, ${count(columns, 'column')} that say how they are corrected`
      return finding(corrections.size, violations, figure)
    }),
}
