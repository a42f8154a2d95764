import type { modelOperatorView, modelView } from '@avow/contract'
import type { z } from 'zod'
import type { EmbeddedModels, EmbeddedStatus } from './embedded-models.ts'
import type { CatalogueEntry } from './store.ts'
import type { UpstreamHealth } from './upstream-health.ts'

type ModelView = z.input<typeof modelView>
type ModelOperatorView = z.input<typeof modelOperatorView>

/** Where the states of models are known that are not in the database. */
export interface ModelStates {
  readonly embedded: Pick<EmbeddedModels, 'status'>
  readonly upstreams: Pick<UpstreamHealth, 'status'>
}

/** A model as anyone signed in sees it. */
export const viewModel = (row: CatalogueEntry, states: ModelStates): ModelView => {
  const { state, reason, download } = stateOf(row, states)
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    toy: row.toy,
    served: row.served,
    provider: row.provider,
    providers: providersOf(row),
    licence: row.licence,
    contextTokens: row.contextTokens,
    parameters: row.parameters,
    currency: row.currency,
    promptMicrosPerMillionTokens: String(row.promptMicrosPerMillion),
    completionMicrosPerMillionTokens: String(row.completionMicrosPerMillion),
    state,
    reason,
    download: download === null ? null : { ...download, bytesPerSecond: Math.round(download.bytesPerSecond) },
    createdAt: row.createdAt.toISOString(),
  }
}

/** The same with where requests go, for staff. */
export const viewModelForOperator = (row: CatalogueEntry, states: ModelStates): ModelOperatorView => ({
  ...viewModel(row, states),
  upstream: row.upstream,
  recipient: row.recipient,
  hasUpstreamKey: row.sealedUpstreamKey !== null,
})

interface Shown extends Pick<EmbeddedStatus, 'reason' | 'download'> {
  readonly state: ModelView['state']
}

const providersOf = ({ provider, routes }: CatalogueEntry): string[] => [
  ...new Set([provider, ...routes.map((route) => route.provider)].filter((name) => name !== null)),
]

/** A model is ready when any server of its pool is; otherwise its own place says why not. */
const stateOf = (row: CatalogueEntry, { embedded, upstreams }: ModelStates): Shown => {
  if (!row.enabled) return { state: 'disabled', reason: 'The operator has switched it off.', download: null }
  const own = row.served === 'upstream' ? { ...upstreams.status(row.id), download: null } : embedded.status(row.id)
  const isServed = row.routes.some(({ id, enabled }) => enabled && upstreams.status(id).state === 'ready')
  return isServed ? { ...own, state: 'ready', reason: null } : own
}
