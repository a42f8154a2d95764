import type { CatalogueEntry } from './store.ts'
import type { ModelRouteRow, ModelRow } from './tables.ts'

/** A server elsewhere that answers for a model: the one of its catalogue entry, or a further one of its pool. */
export interface UpstreamServer
  extends Pick<
    ModelRouteRow,
    'id' | 'modelId' | 'upstream' | 'upstreamModel' | 'sealedUpstreamKey' | 'provider' | 'recipient' | 'weight' | 'tier'
  > {
  /** Where its key is sealed to. */
  readonly keyContext: string
  /** Whether requests may go there. */
  readonly enabled: boolean
}

/** Where the key of a model's own upstream is sealed to. */
export const upstreamKeyContext = (modelId: string): string => `model.sealed_upstream_key.${modelId}`

/** The same of a further server of its pool. */
export const routeKeyContext = (routeId: string): string => `model_route.sealed_upstream_key.${routeId}`

/** A model's own upstream, under the id of the model; null: this machine serves it. */
export const ownServer = (row: ModelRow): UpstreamServer | null =>
  row.upstream === null
    ? null
    : { ...row, modelId: row.id, upstream: row.upstream, keyContext: upstreamKeyContext(row.id) }

/** A further server of a model's pool. */
export const routeServer = (model: Pick<ModelRow, 'enabled'>, route: ModelRouteRow): UpstreamServer => ({
  ...route,
  enabled: model.enabled && route.enabled,
  keyContext: routeKeyContext(route.id),
})

/** All servers elsewhere that a catalogue entry names. */
export const serversOf = (entry: CatalogueEntry): UpstreamServer[] => {
  const own = ownServer(entry)
  return [...(own === null ? [] : [own]), ...entry.routes.map((route) => routeServer(entry, route))]
}
