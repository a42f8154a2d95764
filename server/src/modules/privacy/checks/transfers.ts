import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { promptFields } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding, probe } from '../check.ts'
import { withPeople } from '../probe-people.ts'
import { listCrossings } from '../processors/index.ts'
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

const isString = (found: string | null): found is string => found !== null

/** Sends over each border of the policy in transactions that are rolled back, and reads the register of transfers. */
export const transfersRecorded: Check<'transfers-recorded'> = {
  name: 'transfers',
  run: async (_rule, system) => {
    const { here } = system.gates.placement
    const figureOf = (tried: number, happened: number): string =>
      `${count(tried, 'border')} of the policy tried from ${here ?? 'nowhere'}, ${happened} in the register of transfers`
    if (here === null) return finding(0, [], figureOf(0, 0), 'AVOW_REGION does not say where this is')
    const to = borders(system)
    const violations = await unprotected(system)
    for (const country of to) {
      const violation = await probe(system.database, (tx) => crosses(system, tx, country))
      if (violation !== null) violations.push(violation)
    }
    const happened = await listCrossings(system.database.direct)
    const { recipients, regions } = system.policy.source
    const byPeople = (regions.transfers ?? []).filter((one) => !recipients.some(({ country }) => country === one.to))
    const people = [...new Set(byPeople.map((one) => one.to))].filter((country) => country !== here)
    violations.push(...(await lookFrom(system, people)))
    return finding(to.length, violations, figureOf(to.length, happened.length))
  },
}
