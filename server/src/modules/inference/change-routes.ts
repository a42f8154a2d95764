import { contract, type modelRouteView, ownRouteId } from '@avow/contract'
import type { z } from 'zod'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import { newId } from '../../platform/ids.ts'
import { bindProvider } from './bind-provider.ts'
import type { ChangeModelsDeps } from './change-models.ts'
import type { ModelRoute, PoolMember } from './gateway/model-route.ts'
import { findModel, findRoute, insertRoute, listRoutes, removeRoute, updateModel, updateRoute } from './store.ts'
import type { ModelRouteRow, ModelRow } from './tables.ts'
import { readUpstreamAddress } from './upstream-address.ts'
import type { UpstreamStatus } from './upstream-health.ts'
import { ownServer, routeKeyContext, routeServer, type UpstreamServer } from './upstream-servers.ts'

type View = z.input<typeof modelRouteView>

export interface ChangeRoutesDeps
  extends Pick<ChangeModelsDeps, 'clock' | 'vault' | 'embedded' | 'upstreams' | 'egress' | 'changed'> {
  /** A model as the gateway serves it now. */
  readonly live: (modelId: string) => ModelRoute | undefined
}

/** More of them are a matter for a load balancer. */
const routesMax = 32

const requireFound = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Refusal('not_found')
  return found
}

const memberOf = (deps: ChangeRoutesDeps, modelId: string, id: string): PoolMember | undefined =>
  deps.live(modelId)?.members.find((member) => member.id === id)

const isResting = (deps: ChangeRoutesDeps, member: PoolMember | undefined): boolean =>
  member?.load.rests(deps.clock.monotonicMs()) === true

const restWords = 'It failed five times in a row. For ten seconds others are asked first, then one request finds out.'

const stateOf = (
  deps: ChangeRoutesDeps,
  enabled: boolean,
  { state, reason }: UpstreamStatus,
  member: PoolMember | undefined,
): Pick<View, 'state' | 'reason'> => {
  if (!enabled) return { state: 'disabled', reason: 'The operator has switched it off.' }
  return isResting(deps, member) ? { state: 'resting', reason: restWords } : { state, reason }
}

/** What only the gateway knows; before it has read a change, nothing. */
const partyOf = (member: PoolMember | undefined, bound: Pick<ModelRow, 'provider' | 'recipient'>) => ({
  provider: member?.provider ?? bound.provider,
  recipient: member?.recipient ?? bound.recipient,
  country: member?.country ?? null,
  forbidden: member?.forbidden ?? null,
  inFlight: member?.load.inFlight ?? 0,
})

const viewServer = (deps: ChangeRoutesDeps, id: string, server: UpstreamServer, createdAt: Date): View => {
  const member = memberOf(deps, server.modelId, server.id)
  return {
    id,
    kind: id === ownRouteId ? 'own' : 'added',
    upstream: server.upstream,
    upstreamModel: server.upstreamModel,
    hasUpstreamKey: server.sealedUpstreamKey !== null,
    ...partyOf(member, server),
    weight: server.weight,
    tier: server.tier,
    enabled: server.enabled,
    ...stateOf(deps, server.enabled, deps.upstreams.status(server.id), member),
    createdAt: createdAt.toISOString(),
  }
}

const viewOwn = (deps: ChangeRoutesDeps, row: ModelRow): View => {
  const server = ownServer(row)
  if (server !== null) return viewServer(deps, ownRouteId, server, row.createdAt)
  const member = memberOf(deps, row.id, row.id)
  const { state, reason } = deps.embedded.status(row.id)
  const status = { state: state === 'downloading' ? 'absent' : state, reason } as UpstreamStatus
  return {
    ...{ id: ownRouteId, kind: 'own', upstream: null, upstreamModel: null, hasUpstreamKey: false },
    ...partyOf(member, row),
    ...{ weight: row.weight, tier: row.tier, enabled: row.enabled },
    ...stateOf(deps, row.enabled, status, member),
    createdAt: row.createdAt.toISOString(),
  }
}

const viewRoute = (deps: ChangeRoutesDeps, model: ModelRow, row: ModelRouteRow): View => ({
  ...viewServer(deps, row.id, routeServer(model, row), row.createdAt),
  enabled: row.enabled,
})

const viewSupplied = (deps: ChangeRoutesDeps, member: PoolMember): View => {
  const { id, provider, recipient, country, forbidden, weight, tier, target, reason, load } = member
  const status: UpstreamStatus = member.isAway() ? { state: 'failed', reason } : { state: 'ready', reason }
  return {
    ...{ id, kind: 'supplied', upstream: null, upstreamModel: null, hasUpstreamKey: false },
    ...{ provider, recipient, country, forbidden, weight, tier, enabled: target !== null, inFlight: load.inFlight },
    ...stateOf(deps, target !== null, status, member),
    createdAt: null,
  }
}

/** What the operator does to the pool of a model. */
export const changeRoutesRoutes = (deps: ChangeRoutesDeps): Route[] => [
  route(contract.modelRoutes.list, async ({ tx, params }) => {
    const model = requireFound(await findModel(tx, params.modelId))
    const rows = await listRoutes(tx, model.id)
    const known = new Set([model.id, ...rows.map(({ id }) => id)])
    const supplied = (deps.live(model.id)?.members ?? []).filter(({ id }) => !known.has(id))
    return {
      items: [
        viewOwn(deps, model),
        ...rows.map((row) => viewRoute(deps, model, row)),
        ...supplied.map((member) => viewSupplied(deps, member)),
      ],
    }
  }),
  addRoute(deps),
  changeRoute(deps),
  route(contract.modelRoutes.remove, async ({ tx, params, afterCommit }) => {
    if (params.routeId === ownRouteId)
      throw new Refusal('conflict', 'The place of the model’s own entry stays in its pool. Remove the model instead.')
    if (!(await removeRoute(tx, params.modelId, params.routeId))) throw new Refusal('not_found')
    afterCommit(deps.changed)
  }),
]

const addRoute = (deps: ChangeRoutesDeps): Route =>
  route(contract.modelRoutes.add, async ({ tx, params, body, afterCommit }) => {
    const { clock, vault, egress } = deps
    const { upstreamKey, weight, tier, upstreamModel = null } = body
    const model = requireFound(await findModel(tx, params.modelId))
    const upstream = readUpstreamAddress(body.upstream)
    const servers = [model, ...(await listRoutes(tx, model.id))]
    if (servers.some((one) => one.upstream === upstream && one.upstreamModel === upstreamModel))
      throw new Refusal('already_exists', `${model.id} is served from there already. Change its weight instead.`)
    if (servers.length > routesMax)
      throw new Refusal('conflict', `${model.id} has ${routesMax} servers, the most. Put a load balancer before some.`)
    const id = newId('mrt', clock)
    const now = clock.now()
    const row: ModelRouteRow = {
      ...{ id, modelId: model.id, upstream, upstreamModel, weight, tier, enabled: true },
      ...bindProvider(egress, { upstream, provider: null, recipient: body.recipient ?? null }),
      sealedUpstreamKey: upstreamKey === undefined ? null : vault.seal(routeKeyContext(id), upstreamKey),
      ...{ createdAt: now, updatedAt: now },
    }
    await insertRoute(tx, row)
    afterCommit(deps.changed)
    await deps.upstreams.look(routeServer(model, row))
    return viewRoute(deps, model, row)
  })

const changeRoute = (deps: ChangeRoutesDeps): Route =>
  route(contract.modelRoutes.update, async ({ tx, params, body, afterCommit }) => {
    const { clock, vault } = deps
    const model = requireFound(await findModel(tx, params.modelId))
    const { weight, tier, enabled, upstreamKey } = body
    const share = { ...(weight === undefined ? {} : { weight }), ...(tier === undefined ? {} : { tier }) }
    afterCommit(deps.changed)
    if (params.routeId === ownRouteId) {
      if (enabled !== undefined || upstreamKey !== undefined)
        throw new Refusal(
          'conflict',
          'Of its own place only weight and tier are changed here: change the model instead.',
        )
      return viewOwn(deps, requireFound(await updateModel(tx, model.id, share, clock.now())))
    }
    const before = requireFound(await findRoute(tx, model.id, params.routeId))
    const key = upstreamKey === undefined ? before.sealedUpstreamKey : sealKey(vault, before.id, upstreamKey)
    const row: ModelRouteRow = {
      ...{ ...before, ...share, sealedUpstreamKey: key, updatedAt: clock.now() },
      enabled: enabled ?? before.enabled,
    }
    await updateRoute(tx, row)
    return viewRoute(deps, model, row)
  })

const sealKey = (vault: ChangeRoutesDeps['vault'], routeId: string, key: string | null): Buffer | null =>
  key === null ? null : vault.seal(routeKeyContext(routeId), key)
