import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { promptFields } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding, probe } from '../check.ts'
import { withModule, withPeople } from '../probe-people.ts'
import { listCrossings } from '../processors/index.ts'
import { approval, begin, proposal } from './authority-requests.ts'
import { openFrom } from './remote-access.ts'

/** Countries to which the policy lets data go from here, with what protects it there. */
const borders = ({ policy, gates }: CheckedSystem): string[] => {
  const { transfers = [] } = policy.source.regions
  const countries = [
    ...transfers.map(({ to }) => to),
    ...policy.source.recipients.flatMap(({ country }) => country ?? []),
  ]
  return [...new Set(countries)].filter((country) => country !== gates.placement.here)
}

/** Sends over a border as a feature does, and looks for the crossing in the register. */
const crosses = async (system: CheckedSystem, tx: Tx, to: string): Promise<string | null> => {
  const verdict = system.gates.placement.judge({ country: to, pin: null, safeguard: null })
  if (!verdict.allowed) return `the gate refuses ${to}`
  if (verdict.crossing === null) return `the gate sees no border to ${to}`
  const { safeguard } = verdict.crossing
  const { allowed } = system.policy.source.regions
  const probeOf = { recipient: 'avow-probe', name: 'probe', purpose: 'provide', country: to, safeguard } as const
  await system.disclosures.record(tx, [
    { ground: 'processor', ...probeOf, fields: promptFields, about: [], times: 1, at: system.clock.now() },
  ])
  const found = (await listCrossings(tx)).find((row) => row.recipient === 'avow-probe' && row.to === to)
  if (found === undefined) return `a crossing to ${to} is not in the register`
  return found.safeguard === null && allowed !== 'any' && !allowed.includes(to)
    ? `a crossing to ${to} is in the register without a safeguard`
    : null
}

/** Crossings that happened, out of the regions of the policy, with nothing that protects them. */
const unprotected = async ({ database, policy }: CheckedSystem): Promise<string[]> => {
  const { allowed } = policy.source.regions
  if (allowed === 'any') return []
  const { rows } = await database.direct.execute<{ country: string; name: string }>(
    sql`select distinct to_country as country, name from sending
      where from_country <> to_country and safeguard is null and not to_country = any (${sql.param([...allowed])}::text[])`,
  )
  return rows.map(({ country, name }) => `data went to ${name} in ${country} without a safeguard`)
}

/** Lets staff look from countries in which the policy has people and no party; each must be in the register. */
const lookFrom = async (system: CheckedSystem, countries: readonly string[]): Promise<string[]> => {
  if (countries.length === 0) return []
  return withPeople(system, async ({ tx, join }) => {
    const person = await join()
    const wrong: string[] = []
    for (const country of countries) wrong.push(...[await openFrom(system, tx, person, country)].filter(isString))
    return wrong
  })
}

/** Hands something out to an authority abroad, as two officers would; @returns what is wrong with its record. */
const handOutTo = (system: CheckedSystem, to: string): Promise<string[]> =>
  withModule(system, async (world) => {
    const { step } = await begin(world, system, to)
    await step(0, 'prepare', proposal)
    await step(1, 'review', approval)
    await step(0, 'tell')
    const { status } = await step(0, 'hand-out')
    if (status !== 200) return [`an authority in ${to} cannot be answered`]
    const crossings = await listCrossings(world.tx)
    const found = crossings.find((row) => row.recipient === 'authority' && row.to === to)
    if (found === undefined) return [`what is handed out to an authority in ${to} is not in the register`]
    return found.safeguard === null ? [`a hand-out to ${to} is in the register without a safeguard`] : []
  })

/** A country that is not here; the probe gives the safeguard that it may need. */
const authorityAbroad = (here: string): string => (here === 'DE' ? 'FR' : 'DE')

const isString = (found: string | null): found is string => found !== null

/** Sends over each border of the policy, and to an authority abroad, and reads the register; nothing of it lasts. */
export const transfersRecorded: Check<'transfers-recorded'> = {
  name: 'transfers',
  run: async (_rule, system) => {
    const { here } = system.gates.placement
    const figureOf = (tried: number, happened: number): string =>
      `${count(tried, 'border')} tried from ${here ?? 'nowhere'}, ${happened} in the register of transfers`
    if (here === null) return finding(0, [], figureOf(0, 0), 'AVOW_REGION does not say where this is')
    const to = borders(system)
    const violations = await unprotected(system)
    for (const country of to) {
      const violation = await probe(system.database, (tx) => crosses(system, tx, country))
      if (violation !== null) violations.push(violation)
    }
    const { disclosures, recipients, regions } = system.policy.source
    const answers = disclosures?.includes('legal-requirement') === true
    if (answers) violations.push(...(await handOutTo(system, authorityAbroad(here))))
    const happened = await listCrossings(system.database.direct)
    const byPeople = (regions.transfers ?? []).filter((one) => !recipients.some(({ country }) => country === one.to))
    const people = [...new Set(byPeople.map((one) => one.to))].filter((country) => country !== here)
    violations.push(...(await lookFrom(system, people)))
    const tried = to.length + (answers ? 1 : 0)
    return finding(tried, violations, figureOf(tried, happened.length))
  },
}
