import type { modelOperatorView, modelView } from '@avow/contract'
import type { z } from 'zod'
import type { EmbeddedModels, EmbeddedStatus } from './embedded-models.ts'
import type { ModelRow } from './tables.ts'

type ModelView = z.input<typeof modelView>
type ModelOperatorView = z.input<typeof modelOperatorView>

/** A model as anyone signed in sees it. */
export const viewModel = (row: ModelRow, embedded: EmbeddedModels): ModelView => {
  const { state, reason, download } = stateOf(row, embedded)
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
export const viewModelForOperator = (row: ModelRow, embedded: EmbeddedModels): ModelOperatorView => ({
  ...viewModel(row, embedded),
  upstream: row.upstream,
  hasUpstreamKey: row.sealedUpstreamKey !== null,
})

interface Shown extends Pick<EmbeddedStatus, 'reason' | 'download'> {
  readonly state: ModelView['state']
}

const stateOf = (row: ModelRow, embedded: EmbeddedModels): Shown => {
  if (!row.enabled) return { state: 'disabled', reason: 'The operator has switched it off.', download: null }
  return row.served === 'upstream' ? { state: 'ready', reason: null, download: null } : embedded.status(row.id)
}
