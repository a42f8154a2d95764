import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { EngineTurn, ProbePool } from '../../inference/index.ts'
import type { PlacementRefusal, ServedBy } from '../../placement/index.ts'
import { type CheckedSystem, probe } from '../check.ts'
import { withCalls } from '../probe-calls.ts'

/** What a probe of the pool of a model found. */
export interface PoolProbe {
  readonly tried: number
  readonly violations: readonly string[]
}

const caller = { projectId: 'prj_avow_probe', organisationId: 'org_avow_probe' }
/** A company that no organisation can have accepted, but by the probe. */
const stranger = { id: 'stranger', provider: 'avow-probe', recipient: 'avow-probe' }
/** A country in which nothing is. */
const elsewhere = 'AQ'

const placeOf = ({ recipient, country }: ServedBy): string => `${recipient} ${country}`

/** What the limits of the probe's organisation say of each server, as the transaction sees them. */
const placementIn = async (
  { limits }: CheckedSystem,
  tx: Tx,
  { country, others }: Pick<ProbePool, 'country' | 'others'>,
): Promise<ProbePool['placement']> => {
  const verdicts = new Map<string, PlacementRefusal | null>()
  for (const served of [{ provider: null, recipient: null, country }, ...others])
    verdicts.set(placeOf(served), await limits.judgeIn(tx, caller.organisationId, served))
  const judge = (_: string, served: ServedBy) => verdicts.get(placeOf(served)) ?? null
  return { judge, refusalOf: judge }
}

/** The engine of the model always asks to try elsewhere. */
const away = (): EngineTurn => ({ promptTokens: 0, completionTokens: 0, fault: 'away' })

/** Calls the model once, as the gateway does for anybody, and tells who of its pool got the request. */
const callPool = async (system: CheckedSystem, tx: Tx, of: Omit<ProbePool, 'placement'>) => {
  const modelPool = { ...of, placement: await placementIn(system, tx, of) }
  return withCalls(
    system,
    away,
    async ({ chat, reached }) => ({ ...(await chat('probe', false, { caller })), reached: reached.join() }),
    { callers: [caller], modelPool },
  )
}

const withOrganisation = <T>(system: CheckedSystem, work: (tx: Tx) => Promise<T>): Promise<T> =>
  probe(system.database, async (tx) => {
    await tx.execute(
      sql`insert into organisation (id, sealed_name, created_at) values (${caller.organisationId}, 'x', now())`,
    )
    return work(tx)
  })

/**
 * Has a model fail whose pool has a company in it, before and after its organisation accepts that company: before, no
 * request may get there, neither as a fallback nor when nobody else is left; after, the answer names it.
 */
export const probeAcceptance = (system: CheckedSystem): Promise<PoolProbe> =>
  withOrganisation(system, async (tx) => {
    const country = system.gates.placement.here
    const pool = { hasEngine: true, country, others: [{ ...stranger, country }] }
    const fallback = await callPool(system, tx, pool)
    const alone = await callPool(system, tx, { ...pool, hasEngine: false })
    await tx.execute(
      sql`insert into provider_acceptance (organisation_id, recipient, accepted_by, accepted_at)
        values (${caller.organisationId}, ${stranger.recipient}, null, now())`,
    )
    const accepted = await callPool(system, tx, pool)
    const violations = [
      ...(fallback.reached === '' ? [] : ['a fallback goes to a company that the organisation has not accepted']),
      ...(alone.reached === '' && alone.status === 403
        ? []
        : ['a model of a company that the organisation has not accepted answers']),
      ...(accepted.reached === stranger.id ? [] : ['a company that was accepted gets no request']),
      ...(accepted.provider === stranger.provider ? [] : ['an answer does not name the company that saw the request']),
    ]
    return { tried: 3, violations }
  })

/**
 * Has a model of a pinned organisation fail whose pool has servers outside the region of the pin and within it.
 * @param pin a country that the policy allows
 */
export const probePin = (system: CheckedSystem, pin: string): Promise<PoolProbe> =>
  withOrganisation(system, async (tx) => {
    await tx.execute(
      sql`insert into organisation_pin (organisation_id, region, set_by, set_at)
        values (${caller.organisationId}, ${pin}, null, now())`,
    )
    const own = { provider: null, recipient: null }
    const others = [
      { ...own, id: 'outside', country: elsewhere },
      { ...own, id: 'unstated', country: null },
      { ...own, id: 'inside', country: pin },
    ]
    const { reached } = await callPool(system, tx, { hasEngine: true, country: pin, others })
    const violations =
      reached === 'inside'
        ? []
        : [`the request of an organisation that is pinned to ${pin} goes to ${reached || 'nobody'} of a pool`]
    return { tried: others.length, violations }
  })
