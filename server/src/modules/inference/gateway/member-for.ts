import { type Choosing, chooseMember, isFor } from './choose-member.ts'
import type { GatewayDeps } from './gateway-deps.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute, PoolMember } from './model-route.ts'
import { type OpenAiError, refuse } from './openai-error.ts'
import type { ScannedRequest } from './scan-request.ts'

type Asked = Pick<GatewayDeps, 'policyRefusal' | 'placement' | 'metering' | 'bodies' | 'clock'>

const untried: Choosing['tried'] = []

export const isMember = (found: PoolMember | OpenAiError): found is PoolMember => 'load' in found

const isThere = ({ forbidden, target }: PoolMember): boolean => forbidden === null && target !== null

/** Why nobody of a pool may answer. What an organisation can allow is told before what cannot answer anyway. */
const refusalOfPool = (deps: Asked, organisationId: string, { id, members }: ModelRoute): OpenAiError => {
  const own = members.filter((member) => isFor(organisationId, member))
  for (const member of own) {
    const place = isThere(member) ? deps.placement.refusalOf(organisationId, member) : null
    if (place !== null) return refuse.placement(id, place)
  }
  const [first = members[0]] = own
  if (first.forbidden !== null) return refuse.policy(first.forbidden)
  return refuse.notReady(id, first.reason ?? 'try again in a few seconds.')
}

/** A pool of one costs what a single server did. */
const choose = (deps: Asked, organisationId: string, route: ModelRoute): PoolMember | OpenAiError => {
  const [only] = route.members
  if (route.members.length === 1 && only.onlyFor === null) {
    const place = isThere(only) ? deps.placement.refusalOf(organisationId, only) : null
    if (place !== null) return refuse.placement(route.id, place)
    return isThere(only) ? only : refusalOfPool(deps, organisationId, route)
  }
  const choosing = { organisationId, nowMs: deps.clock.monotonicMs(), tried: untried, seenBy: null }
  return chooseMember(deps, route, choosing) ?? refusalOfPool(deps, organisationId, route)
}

/** Who of a model's pool answers a key's organisation as it asks, or why nobody may, or can, now. */
export const memberFor = (
  deps: Asked,
  key: KeyRecord,
  route: ModelRoute,
  { store }: Pick<ScannedRequest, 'store'>,
): PoolMember | OpenAiError => {
  const member = choose(deps, key.organisationId, route)
  if (!isMember(member)) return member
  const rule = deps.policyRefusal(key.organisationId)
  if (rule !== null) return refuse.policy(rule)
  if (store === true && deps.bodies?.keeps(key) !== true) return refuse.cannotStore()
  return deps.metering.refusal() === null ? member : refuse.cannotBook()
}
