import { contract } from '@avow/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { EgressGate } from '../../platform/gates/index.ts'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { type Bound, bindProvider } from './bind-provider.ts'
import type { EmbeddedModels } from './embedded-models.ts'
import { viewModelForOperator } from './model-view.ts'
import { findEntry, findModel, insertModel, removeModel, updateModel } from './store.ts'
import type { ModelRow } from './tables.ts'
import { readUpstreamAddress } from './upstream-address.ts'
import type { UpstreamHealth } from './upstream-health.ts'
import { ownServer, upstreamKeyContext } from './upstream-servers.ts'

export interface ChangeModelsDeps {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal'>
  readonly embedded: Pick<EmbeddedModels, 'status' | 'retry'>
  readonly upstreams: Pick<UpstreamHealth, 'status' | 'look'>
  readonly egress: Pick<EgressGate, 'require' | 'find'>
  readonly currency: string
  /** Called when a change is committed. */
  readonly changed: () => Promise<void>
}

const requireFound = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Refusal('not_found')
  return found
}

/** What the operator does to the catalogue. */
export const changeModelsRoutes = (deps: ChangeModelsDeps): Route[] => [
  addModel(deps),
  changeModel(deps),
  downloadModel(deps),
  route(contract.models.remove, async ({ tx, params, afterCommit }) => {
    if (!(await removeModel(tx, params.modelId, deps.clock.now()))) throw new Refusal('not_found')
    afterCommit(deps.changed)
  }),
]

const addModel = (deps: ChangeModelsDeps): Route =>
  route(contract.models.add, async ({ tx, body, afterCommit }) => {
    const { clock, vault, currency } = deps
    const { upstreamKey } = body
    const upstream = readUpstreamAddress(body.upstream)
    const entry = {
      id: body.id,
      name: body.name ?? body.id,
      description: body.description,
      toy: false,
      served: 'upstream' as const,
      ...bindProvider(deps.egress, { upstream, provider: body.provider, recipient: body.recipient ?? null }),
      licence: null,
      contextTokens: body.contextTokens,
      parameters: null,
      currency,
      promptMicrosPerMillion: readPrice('promptMicrosPerMillionTokens', body.promptMicrosPerMillionTokens),
      completionMicrosPerMillion: readPrice('completionMicrosPerMillionTokens', body.completionMicrosPerMillionTokens),
      enabled: true,
      wanted: false,
      upstream,
      upstreamModel: body.upstreamModel ?? null,
      sealedUpstreamKey: upstreamKey === undefined ? null : vault.seal(upstreamKeyContext(body.id), upstreamKey),
      weight: 1,
      tier: 0,
    }
    if (!(await insertModel(tx, entry, clock.now()))) {
      throw new Refusal('already_exists', `There is a model ${body.id} already. Change it, or remove it first.`)
    }
    afterCommit(deps.changed)
    const row = requireFound(await findEntry(tx, body.id))
    const server = ownServer(row)
    if (server !== null) await deps.upstreams.look(server)
    return viewModelForOperator(row, deps)
  })

const changeModel = (deps: ChangeModelsDeps): Route =>
  route(contract.models.update, async ({ tx, params, body, afterCommit }) => {
    const {
      enabled,
      description,
      provider,
      recipient,
      promptMicrosPerMillionTokens: prompt,
      completionMicrosPerMillionTokens: completion,
    } = body
    const isRebound = provider !== undefined || recipient !== undefined
    const found = isRebound ? requireFound(await findModel(tx, params.modelId)) : undefined
    const change = {
      ...(enabled === undefined ? {} : { enabled }),
      ...(description === undefined ? {} : { description }),
      ...(found === undefined ? {} : rebind(deps, found, { provider: provider ?? null, recipient: recipient ?? null })),
      ...(prompt === undefined ? {} : { promptMicrosPerMillion: readPrice('promptMicrosPerMillionTokens', prompt) }),
      ...(completion === undefined
        ? {}
        : { completionMicrosPerMillion: readPrice('completionMicrosPerMillionTokens', completion) }),
    }
    requireFound(await updateModel(tx, params.modelId, change, deps.clock.now()))
    const row = requireFound(await findEntry(tx, params.modelId))
    afterCommit(deps.changed)
    return viewModelForOperator(row, deps)
  })

/** An engine of our own shows requests to nobody; who runs another server is a recipient of the policy. */
const rebind = (
  { egress }: ChangeModelsDeps,
  { upstream }: ModelRow,
  given: { readonly provider: string | null; readonly recipient: string | null },
): Bound => {
  if (upstream !== null) return bindProvider(egress, { upstream, ...given })
  if (given.provider === null && given.recipient === null) return { provider: null, recipient: null }
  const why = 'This model is served by this machine: nobody else sees its requests.'
  throw new Refusal('upstream_invalid', `${why} Nothing was changed.`, { fields: [{ path: 'provider', message: why }] })
}

const downloadModel = (deps: ChangeModelsDeps): Route =>
  route(contract.models.download, async ({ tx, params, afterCommit }) => {
    const found = requireFound(await findModel(tx, params.modelId))
    if (found.served !== 'embedded') {
      throw new Refusal('conflict', 'This model is served elsewhere: there is nothing to download.')
    }
    deps.embedded.retry(found.id)
    await updateModel(tx, found.id, { wanted: true, enabled: true }, deps.clock.now())
    const row = requireFound(await findEntry(tx, found.id))
    afterCommit(deps.changed)
    return viewModelForOperator(row, deps)
  })

const priceMax = 10n ** 15n

const readPrice = (path: string, text: string): bigint => {
  const price = BigInt(text)
  if (price >= 0n && price <= priceMax) return price
  const message = `must be from 0 to ${priceMax}`
  throw new Refusal('invalid_request', `${path} ${message}. Nothing was changed.`, { fields: [{ path, message }] })
}
