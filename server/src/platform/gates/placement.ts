import type { CompiledPolicy } from '@avow/policy'
import { Refusal } from '../http/problem.ts'

/** Where data or work would be. Countries as ISO 3166 writes them, null: not stated. */
export interface Placing {
  readonly country: string | null
  /** What the organisation was promised; null: wherever the policy allows. */
  readonly pin: string | null
  /** The only countries that the organisation's deployment plan allows; null, or absent: it says nothing of them. */
  readonly planned?: readonly string[] | null
  /** What protects the data there, as the policy says of the party; null: nothing beyond the policy itself. */
  readonly safeguard: string | null
  /** A check asks, and nobody's data is to go there: a refusal is recorded as that of a probe. */
  readonly isProbe?: boolean
}

/** The border that a placing crosses. */
export interface Crossing {
  readonly from: string
  readonly to: string
  readonly safeguard: string | null
}

export type PlacingVerdict =
  | { readonly allowed: true; readonly crossing: Crossing | null }
  | { readonly allowed: false; readonly rule: string; readonly why: string }

/** The only way to put data or work in a region. */
export interface PlacementGate {
  /** The country of this installation, as the operator says (AVOW_REGION); null: not stated. */
  readonly here: string | null
  judge(placing: Placing): PlacingVerdict
  /** @throws Refusal region_refused, after it was recorded */
  require(placing: Placing): Crossing | null
  /**
   * What law compels goes to where the authority is, whatever the regions of the policy; where they do not name that
   * country, it needs something that protects it there. @throws Refusal invalid_request
   */
  compelled(to: { readonly country: string; readonly safeguard: string | null }): Crossing | null
}

const refused = (rule: string, why: string): PlacingVerdict => ({ allowed: false, rule, why })

/** What the policy says of a country by itself. */
const judgeCountry = (regions: CompiledPolicy['source']['regions'], { country, safeguard }: Placing) => {
  const { allowed, transfers = [] } = regions
  if (allowed === 'any') return { allowed: true as const, safeguard }
  const list = [...allowed, ...transfers.map(({ to }) => to)].join(', ')
  if (country === null)
    return { allowed: false as const, why: `nobody says in which country this is; it may be ${list}` }
  if (allowed.includes(country)) return { allowed: true as const, safeguard }
  const transfer = transfers.find(({ to }) => to === country)
  return transfer === undefined
    ? { allowed: false as const, why: `${country} is not among the regions of the policy (${list})` }
    : { allowed: true as const, safeguard: safeguard ?? transfer.safeguard }
}

/**
 * @param here country of this installation
 * @param onRefused told of each refusal, to record it
 */
export const createPlacementGate = (
  policy: Pick<CompiledPolicy, 'source'>,
  here: string | null,
  onRefused: (rule: string) => void,
): PlacementGate => {
  const crossingTo = (country: string | null, safeguard: string | null): Crossing | null =>
    here === null || country === null || country === here ? null : { from: here, to: country, safeguard }
  const judge = (placing: Placing): PlacingVerdict => {
    const { country, pin, planned = null } = placing
    const where = country === null ? 'nobody says where this is' : `this is in ${country}`
    if (planned !== null && (country === null || !planned.includes(country)))
      return refused(
        `plan(${country ?? 'unstated'})`,
        `the organisation's plan says ${planned.join(', ')}, and ${where}`,
      )
    if (pin !== null && country !== pin)
      return refused(
        `pin(${pin})`,
        `the organisation is pinned to ${pin}, and this is ${country === null ? 'nobody says where' : `in ${country}`}`,
      )
    const verdict = judgeCountry(policy.source.regions, placing)
    if (!verdict.allowed) return refused(`region(${country ?? 'unstated'})`, verdict.why)
    return { allowed: true, crossing: crossingTo(country, verdict.safeguard) }
  }
  return {
    here,
    judge,
    require: (placing) => {
      const verdict = judge(placing)
      if (verdict.allowed) return verdict.crossing
      onRefused(placing.isProbe === true ? `probe: ${verdict.rule}` : verdict.rule)
      throw new Refusal('region_refused', `Refused: ${verdict.why}. Nothing was changed.`)
    },
    compelled: (to) => {
      const verdict = judge({ ...to, pin: null })
      if (verdict.allowed) return verdict.crossing
      if (to.safeguard !== null) return crossingTo(to.country, to.safeguard)
      const message = `${verdict.why}; name what the transfer rests on, such as a treaty`
      throw new Refusal('invalid_request', `safeguard: ${message}. Nothing was changed.`, {
        fields: [{ path: 'safeguard', message }],
      })
    },
  }
}
