import type { GatewayDeps } from './gateway-deps.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute } from './model-route.ts'
import { type OpenAiError, refuse } from './openai-error.ts'
import type { ScannedRequest } from './scan-request.ts'

type Asked = Pick<GatewayDeps, 'policyRefusal' | 'placementRefusal' | 'metering' | 'bodies'>

/** Why a model may not, or cannot, answer a key's organisation now as it asks; null when it can. */
export const refusalOfRoute = (
  deps: Asked,
  key: KeyRecord,
  route: ModelRoute,
  { store }: Pick<ScannedRequest, 'store'>,
): OpenAiError | null => {
  const { organisationId } = key
  if (route.forbidden !== null) return refuse.policy(route.forbidden)
  if (route.target === null) return refuse.notReady(route.id, route.reason ?? 'try again in a few seconds.')
  const rule = deps.policyRefusal(organisationId)
  if (rule !== null) return refuse.policy(rule)
  const place = deps.placementRefusal(organisationId, route)
  if (place !== null) return refuse.placement(route.id, place)
  if (store === true && deps.bodies?.keeps(key) !== true) return refuse.cannotStore()
  return deps.metering.refusal() === null ? null : refuse.cannotBook()
}
