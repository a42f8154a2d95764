import type { GatewayDeps } from './gateway-deps.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute } from './model-route.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

type Asked = Pick<GatewayDeps, 'policyRefusal' | 'placementRefusal' | 'metering'>

/** Why a model may not, or cannot, answer a key's organisation now; null when it can. */
export const refusalOfRoute = (deps: Asked, { organisationId }: KeyRecord, route: ModelRoute): OpenAiError | null => {
  if (route.forbidden !== null) return refuse.policy(route.forbidden)
  if (route.target === null) return refuse.notReady(route.id, route.reason ?? 'try again in a few seconds.')
  const rule = deps.policyRefusal(organisationId)
  if (rule !== null) return refuse.policy(rule)
  const place = deps.placementRefusal(organisationId, route)
  if (place !== null) return refuse.placement(route.id, place)
  return deps.metering.refusal() === null ? null : refuse.cannotBook()
}
