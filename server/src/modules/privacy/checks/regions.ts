import { sql } from 'drizzle-orm'
import type { PlacementGate } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { probePin } from './pool-limits.ts'

const samples = ['US', 'TW', 'SG', 'IN', 'DE', 'FR', 'GB', 'IE', 'JP', 'BR', 'ZA', 'NZ'] as const

const isLetThrough = (gate: PlacementGate, country: string | null, pin: string | null): boolean =>
  gate.judge({ country, pin, safeguard: null }).allowed

/** Whether it lets nobody go on whom it refuses. Asked once: each refusal is recorded. */
const stops = (gate: PlacementGate): boolean => {
  try {
    gate.require({ country: null, pin: 'US', safeguard: null, isProbe: true })
    return false
  } catch {
    return true
  }
}

/** Offers the gate countries, also with pins, and compares what it lets through with the policy. */
const probeGate = ({ gates, policy }: CheckedSystem): string[] => {
  const { allowed, transfers = [] } = policy.source.regions
  const isListed = (country: string | null): boolean =>
    allowed === 'any' || (country !== null && [...allowed, ...transfers.map(({ to }) => to)].includes(country))
  const wrong = [...samples, null].filter(
    (country) => isLetThrough(gates.placement, country, null) !== isListed(country),
  )
  const pinOf = (country: string): string => (country === 'US' ? 'DE' : 'US')
  const astray = samples.filter((country) => isLetThrough(gates.placement, country, pinOf(country)))
  return [
    ...(stops(gates.placement) ? [] : ['the gate refuses a place and lets callers go on']),
    ...wrong.map(
      (country) => `the gate ${isListed(country) ? 'refuses' : 'takes'} ${country ?? 'an unstated country'}`,
    ),
    ...astray.map((country) => `the gate places an organisation in ${country} that is pinned to ${pinOf(country)}`),
  ]
}

/** Where data was put, under the policy in force, and may not be. Where an authority is that the law lets ask, no policy says. */
const readPlaces = async ({ database, policy }: CheckedSystem): Promise<{ rows: number; violations: string[] }> => {
  const { allowed, transfers = [] } = policy.source.regions
  const { rows } = await database.direct.execute<{ country: string | null }>(
    sql`select distinct to_country as country from sending where policy = ${policy.hash} and ground <> 'legal-requirement'`,
  )
  const list = allowed === 'any' ? null : [...allowed, ...transfers.map(({ to }) => to)]
  const astray = rows.filter(({ country }) => list !== null && !list.includes(country ?? ''))
  return {
    rows: rows.length,
    violations: astray.map(({ country }) => `data went to ${country ?? 'an unstated country'}`),
  }
}

/** Organisations that are pinned to another region than this installation's, where their data is. */
const misplaced = async ({ database, gates }: CheckedSystem): Promise<{ pins: number; violations: string[] }> => {
  const { here } = gates.placement
  const { rows } = await database.direct.execute<{ pins: string; astray: string }>(
    sql`select count(*)::text as pins, count(*) filter (where region is distinct from ${here})::text as astray from organisation_pin`,
  )
  const astray = Number(rows[0]?.astray ?? 0)
  return {
    pins: Number(rows[0]?.pins ?? 0),
    violations:
      astray === 0 ? [] : [`${astray} of the pinned organisations are in ${here ?? 'a place that nobody states'}`],
  }
}

/** Exercises the placement gate, has the gateway choose from a pool for a pinned organisation, and reads where this installation is and where data went. */
export const regionsOnly: Check<'regions-only'> = {
  name: 'regions',
  run: async (_rule, system) => {
    const { here } = system.gates.placement
    const { allowed } = system.policy.source.regions
    const places = await readPlaces(system)
    const pinned = await misplaced(system)
    const isAstray = here !== null && allowed !== 'any' && !allowed.includes(here)
    const pool = await probePin(system, allowed === 'any' ? (here ?? 'US') : (allowed[0] ?? 'US'))
    const violations = [
      ...probeGate(system),
      ...pool.violations,
      ...places.violations,
      ...pinned.violations,
      ...(isAstray ? [`this installation is in ${here}, where data may not be`] : []),
    ]
    const figure = `this installation says ${here ?? 'nothing of where it is'}; ${samples.length} countries offered to the gate, ${count(pool.tried, 'server')} of a pool to a pinned organisation, places to which data went: ${places.rows}; organisations with a pin: ${pinned.pins}`
    return finding(samples.length, violations, figure, here === null ? 'AVOW_REGION does not say where this is' : null)
  },
}
