import type { modelOperatorView, modelView } from '@avow/contract'
import type { z } from 'zod'
import type { EmbeddedModels, EmbeddedStatus } from './embedded-models.ts'
import type { ModelRow } from './tables.ts'
import type { UpstreamHealth } from './upstream-health.ts'

type ModelView = z.input<typeof modelView>
type ModelOperatorView = z.input<typeof modelOperatorView>

/** Where the states of models are known that are not in the database. */
export interface ModelStates {
  readonly embedded: Pick<EmbeddedModels, 'status'>
  readonly upstreams: Pick<UpstreamHealth, 'status'>
}

/** A model as anyone signed in sees it. */
export const viewModel = (row: ModelRow, states: ModelStates): ModelView => {
  const { state, reason, download } = stateOf(row, states)
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    toy: row.toy,
    served: row.served,
    provider: row.provider,
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
export const viewModelForOperator = (row: ModelRow, states: ModelStates): ModelOperatorView => ({
  ...viewModel(row, states),
  upstream: row.upstream,
  recipient: row.recipient,
  hasUpstreamKey: row.sealedUpstreamKey !== null,
})

interface Shown extends Pick<EmbeddedStatus, 'reason' | 'download'> {
  readonly state: ModelView['state']
}

const stateOf = (row: ModelRow, states: ModelStates): Shown => {
  if (!row.enabled) return { state: 'disabled', reason: 'The operator has switched it off.', download: null }
  return row.served === 'upstream'
    ? { ...states.upstreams.status(row.id), download: null }
    : states.embedded.status(row.id)
}
