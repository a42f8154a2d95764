import { openPool } from '../../../platform/egress/index.ts'
import type { EgressGate } from '../../../platform/gates/index.ts'
import type { EmbeddedModels } from '../embedded-models.ts'
import type { CatalogueEntry } from '../store.ts'
import { ownServer, routeServer, type UpstreamServer } from '../upstream-servers.ts'
import { judgeParties } from './judge-parties.ts'
import { MemberLoad } from './member-load.ts'
import type { ModelRoute, ModelRoutes, ModelTarget, PoolMember } from './model-route.ts'
import type { PoolSource, SuppliedMember } from './pool-source.ts'

export interface LiveRoutes extends Omit<ModelRoutes, 'lookAgain'> {
  /** Takes over the catalogue as it is now, and asks the sources again. */
  replace(entries: readonly CatalogueEntry[]): void
  close(): Promise<void>
}

type Pool = ReturnType<typeof openPool>

const jsonHeaders = { 'content-type': 'application/json' }

const headersWith = (key: string | null): Readonly<Record<string, string>> =>
  key === null ? jsonHeaders : { ...jsonHeaders, authorization: `Bearer ${key}` }

const switchedOff = 'the operator has switched it off.'

export interface LiveRoutesDeps {
  readonly embedded: EmbeddedModels
  readonly openKey: (server: UpstreamServer) => string | null
  readonly onLost?: (id: string) => void
  /** Whether the health check of a server failed. */
  readonly isAway?: (id: string) => boolean
  readonly egress: Pick<EgressGate, 'judge' | 'refuse'>
  /** Country of this installation; null: not stated. */
  readonly here: string | null
  /** Who else supplies members of pools. */
  readonly sources?: readonly PoolSource[]
}

/** What members are made with; it lasts from one reading of the catalogue to the next. */
interface Making extends LiveRoutesDeps {
  readonly partyOf: ReturnType<typeof judgeParties>
  poolOf(origin: string): Pool
  loadOf(id: string, upstream: string): MemberLoad
}

const targetAt = (making: Making, upstream: string, key: string | null): Omit<ModelTarget, 'modelName' | 'engine'> => {
  const base = new URL(upstream)
  return {
    dispatcher: making.poolOf(base.origin),
    basePath: base.pathname.replace(/\/+$/, ''),
    headers: headersWith(key),
  }
}

const memberElsewhere = (making: Making, server: UpstreamServer): PoolMember => {
  const { id, modelId, upstream, weight, tier, enabled } = server
  const { onLost = () => undefined, isAway = () => false } = making
  const there = { modelName: server.upstreamModel ?? modelId, engine: null, onLost: () => onLost(id) }
  return {
    ...{ id, weight, tier, ...making.partyOf(server) },
    served: 'upstream',
    onlyFor: null,
    target: enabled ? { ...targetAt(making, upstream, making.openKey(server)), ...there } : null,
    reason: enabled ? null : switchedOff,
    load: making.loadOf(id, upstream),
    isAway: () => isAway(id),
  }
}

const memberHere = (making: Making, row: CatalogueEntry): PoolMember => {
  const { id, weight, tier, enabled } = row
  const { embedded } = making
  const { engine } = embedded.status(id)
  return {
    ...{ id, weight, tier, ...making.partyOf(row) },
    served: 'embedded',
    onlyFor: null,
    target:
      engine === null || !enabled
        ? null
        : { ...targetAt(making, `${engine.baseUrl}/v1`, engine.token), modelName: id, engine: embedded },
    // Read when it is asked for: the progress of a download changes all the time.
    get reason() {
      return enabled ? embedded.status(id).reason : switchedOff
    },
    load: making.loadOf(id, ''),
    isAway: () => false,
  }
}

const suppliedMember = (making: Making, isEnabled: boolean, supplied: SuppliedMember): PoolMember => {
  const { upstream, key, modelName, engine, ...member } = supplied
  return {
    ...member,
    ...making.partyOf({ ...supplied, provider: null }),
    served: 'upstream',
    target: isEnabled ? { ...targetAt(making, upstream, key), modelName, engine } : null,
    reason: isEnabled ? null : switchedOff,
    isAway: () => supplied.isAway(),
  }
}

const membersOf = (making: Making, entry: CatalogueEntry): [PoolMember, ...PoolMember[]] => {
  const own = ownServer(entry)
  const others = [
    ...entry.routes.map((route) => memberElsewhere(making, routeServer(entry, route))),
    ...(making.sources ?? [])
      .flatMap((source) => source.membersOf(entry.id))
      .map((supplied) => suppliedMember(making, entry.enabled, supplied)),
  ]
  const members: [PoolMember, ...PoolMember[]] = [
    own === null ? memberHere(making, entry) : memberElsewhere(making, own),
    ...others,
  ]
  members.sort((one, other) => one.tier - other.tier)
  return members
}

const routeOf = (making: Making, entry: CatalogueEntry): ModelRoute => ({
  id: entry.id,
  createdAtMs: entry.createdAt.getTime(),
  licence: entry.licence,
  contextTokens: entry.contextTokens,
  currency: entry.currency,
  promptMicrosPerMillion: entry.promptMicrosPerMillion,
  completionMicrosPerMillion: entry.completionMicrosPerMillion,
  members: membersOf(making, entry),
})

/**
 * The catalogue as routes, with connections for each address. Engines come and go with their addresses; `replace` is
 * called whenever one does. The egress gate judges a server here, once, and not at each call.
 */
export const createLiveRoutes = (deps: LiveRoutesDeps): LiveRoutes => {
  const partyOf = judgeParties(deps.egress, deps.here)
  let routes = new Map<string, ModelRoute>()
  let pools = new Map<string, Pool>()
  let loads = new Map<string, MemberLoad>()

  return {
    find: (model) => routes.get(model),
    list: () => [...routes.values()],
    replace: (entries) => {
      const nextPools = new Map<string, Pool>()
      const nextLoads = new Map<string, MemberLoad>()
      const making: Making = {
        ...deps,
        partyOf,
        poolOf: (origin) => {
          const pool = nextPools.get(origin) ?? pools.get(origin) ?? openPool(origin)
          nextPools.set(origin, pool)
          return pool
        },
        loadOf: (id, upstream) => {
          const place = `${id} ${upstream}`
          const load = loads.get(place) ?? new MemberLoad()
          nextLoads.set(place, load)
          return load
        },
      }
      routes = new Map(entries.map((entry) => [entry.id, routeOf(making, entry)]))
      for (const [origin, pool] of pools) if (nextPools.get(origin) !== pool) void pool.close().catch(() => undefined)
      pools = nextPools
      loads = nextLoads
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
