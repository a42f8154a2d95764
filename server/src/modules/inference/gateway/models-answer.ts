import { isFor } from './choose-member.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute, ModelRoutes } from './model-route.ts'
import { viewOfRoute } from './view-route.ts'

export const modelsPath = '/v1/models'

export const mayUse = (key: KeyRecord, route: ModelRoute): boolean =>
  (key.allowedModels === null || key.allowedModels.has(route.id)) &&
  route.members.some((member) => isFor(key.organisationId, member))

const canAnswer = ({ organisationId }: KeyRecord, { members }: ModelRoute): boolean =>
  members.some((member) => member.target !== null && isFor(organisationId, member))

/** What `GET /v1/models` or `GET /v1/models/{model}` answers a key, as JSON; or the name of a model that it has not. */
export const modelsAnswer = (models: ModelRoutes, key: KeyRecord, path: string): string | { unknown: string } => {
  if (path === modelsPath) {
    const usable = models.list().filter((one) => canAnswer(key, one) && mayUse(key, one))
    return JSON.stringify({ object: 'list', data: usable.map(viewOfRoute) })
  }
  const id = decodePath(path.slice(modelsPath.length + 1))
  const route = models.find(id)
  return route === undefined || !mayUse(key, route) ? { unknown: id.slice(0, 200) } : JSON.stringify(viewOfRoute(route))
}

const decodePath = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
