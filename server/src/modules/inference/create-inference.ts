import type { IncomingMessage, RequestListener } from 'node:http'
import type { CompiledPolicy } from '@avow/policy'
import { Registry } from 'prom-client'
import type { Clock } from '../../platform/clock/index.ts'
import type { EngineDriver } from '../../platform/containers/index.ts'
import { type Database, listenTo } from '../../platform/db/index.ts'
import type { Connections } from '../../platform/egress/index.ts'
import type { EgressGate, PlacementGate, PurposeGate, Strangers } from '../../platform/gates/index.ts'
import { Refusal, type Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { currency, type Metering, type Spending } from '../billing/index.ts'
import type { Placement } from '../placement/index.ts'
import { createBatches } from './batches/index.ts'
import { type Bodies, type BodiesDeps, createBodies } from './bodies/index.ts'
import { createCatalogue } from './catalogue.ts'
import { changeModelsRoutes } from './change-models.ts'
import { changeRoutesRoutes } from './change-routes.ts'
import { defaultCatalogue, tinyModelId } from './default-catalogue.ts'
import type { EmbeddedModels } from './embedded-models.ts'
import { createEndpoints, type Endpoints } from './endpoints/index.ts'
import { enginesFor, waitForToy } from './engines-for.ts'
import type { CallTimeouts } from './gateway/call-facts.ts'
import { type CallLimits, createCallLimits, type Throttles } from './gateway/call-limits.ts'
import { createGateway } from './gateway/create-gateway.ts'
import { type GatewayDeps, placedAnywhere } from './gateway/gateway-deps.ts'
import { createGatewayMetrics } from './gateway/gateway-metrics.ts'
import type { KeyDirectory, KeyRecord } from './gateway/key-directory.ts'
import { createLiveRoutes } from './gateway/live-routes.ts'
import type { ModelRoutes } from './gateway/model-route.ts'
import type { PoolSource } from './gateway/pool-source.ts'
import { providersOf } from './gateway/view-route.ts'
import { createMembership, type GatewayFacts, gatewayRoutes } from './gateways/index.ts'
import { createLimits, type LimitsDeps } from './limits/index.ts'
import { showModelsRoutes } from './show-models.ts'
import { createUpstreamHealth } from './upstream-health.ts'
import { serversOf, type UpstreamServer } from './upstream-servers.ts'
import type { CallWatch } from './watch/call-watch.ts'
import { createWatching, type WatchingDeps } from './watch/index.ts'

export interface InferenceDeps
  extends Omit<BodiesDeps, 'vault' | 'purposeGate' | 'changes' | 'policy'>,
    Pick<LimitsDeps, 'projectsOf'>,
    Pick<WatchingDeps, 'keyNames'> {
  readonly policy: CompiledPolicy
  readonly database: Database
  /** The same, to ask whether the law keeps what its people delete. */
  readonly lawful: Database
  /** The same, to write down when replicas of endpoints ran. */
  readonly books: Database
  /** Of the same, for a connection that listens. */
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly vault: Vault
  readonly purposeGate: PurposeGate
  readonly gates: { readonly egress: EgressGate; readonly placement: PlacementGate }
  readonly connections: Connections
  readonly limits: Placement['limits']
  readonly registry: Registry
  readonly keys: KeyDirectory
  /** A key as it is now, whatever its secret; null: it is gone. */
  readonly keyById: (keyId: string) => Promise<KeyRecord | null>
  /** Told of each key that nobody has, or has no more, and whence it came. */
  readonly keyRefused: (ipAddress: string) => void
  /** Counts requests without a good key, and holds floods of them off. */
  readonly strangers: Omit<Strangers, 'take' | 'flush'>
  /** Keys and projects that are slowed down. */
  readonly throttles: Throttles
  /** Who called, behind proxies too. */
  readonly addressOf: (req: IncomingMessage) => string | null
  readonly metering: Metering
  readonly spending: Spending
  /** Who supplies members of pools beside the catalogue. */
  readonly poolSources?: readonly PoolSource[]
  /** Runs dedicated endpoints. */
  readonly containers: EngineDriver
  /** Model files are in its folder `models`. */
  readonly dataDir: string
  /** This process among those that serve the same database. */
  readonly self: GatewayFacts
  /**
   * Null where the engines are this process's own. Else it has none, and asks whether the process on `dataDir` that has
   * them runs; null: that one is on another machine.
   */
  readonly isLenderAlive: (() => boolean | null) | null
  /** The checkout, with a slash at its end: the engine is in its folder `engine`. */
  readonly root: string
  readonly config: {
    readonly model: {
      readonly id: string | undefined
      readonly file: string | undefined
      readonly huggingFaceToken: string | undefined
    }
    readonly engine: { readonly enabled: boolean; readonly parallel: number; readonly queue: number }
    readonly maxBodyBytes: number
    readonly timeouts: CallTimeouts
    readonly airGap: boolean
  } & WatchingDeps['config']
}

/** The gateway with no model behind it: it knows keys, and answers nothing else. */
export const gatewayWithoutModels = (
  deps: Pick<InferenceDeps, 'keys' | 'keyRefused' | 'metering' | 'clock' | 'log'> & { strangers?: Strangers },
): RequestListener => {
  const gateway = createGateway({
    ...deps,
    models: { find: () => undefined, list: () => [], lookAgain: async () => undefined },
    metrics: createGatewayMetrics(new Registry()),
    policyRefusal: () => null,
    placement: placedAnywhere,
    bodyBytesMax: 1024,
  })
  return (req, res) => gateway.handle(req, res)
}

export interface Inference {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  /** Answers everything under /v1. */
  readonly gateway: RequestListener
  /** The models that callers may name now, with every third party that may see their requests. */
  shownModels(): readonly { readonly id: string; readonly providers: readonly string[] }[]
  /** A source of members of pools would answer otherwise now: routes are made anew. */
  poolsChanged(): void
  /** State for /readyz. */
  parts(): readonly { name: string; ok: boolean; required: boolean; state: string }[]
  start(): Promise<void>
  /** Settles when the toy model answers, or when it is known that it will not. */
  whenReady(say: (line: string) => void): Promise<void>
  /** Takes no new calls and ends those under way. */
  drain(): Promise<void>
  stop(): Promise<void>
}

const drainGraceMs = 5000

export const createInference = (deps: InferenceDeps): Inference => {
  const { config } = deps
  const embedded: EmbeddedModels = enginesFor(deps, () => catalogue.refresh())
  const { routes, upstreams } = createPools(deps, embedded)
  const catalogue = createCatalogue({
    ...deps,
    defaults: defaultCatalogue,
    currency,
    apply: (entries) => {
      embedded.want(entries.map((row) => ({ ...row, wanted: row.wanted || row.id === config.model.id })))
      routes.replace(entries)
      upstreams.replace(entries.flatMap(serversOf).filter((server) => mayBeAsked(routes, server)))
    },
  })
  const changes = listenTo({ connectionString: deps.databaseUrl }, 'organisation_limits_changed', deps.log)
  const bodies = createBodies({ ...deps, changes })
  const limits = createLimits({ ...deps, changes })
  const callLimits = createCallLimits(limits.shared, deps.throttles)
  const watching = createWatching(deps)
  const endpoints = dedicatedEndpoints(deps, embedded, (model) => routes.find(model))
  const { gateway, batches } = createGateways({ ...deps, watch: watching.watch }, bodies, callLimits, {
    find: (model) => routes.find(model) ?? endpoints.find(model),
    list: () => [...routes.list(), ...endpoints.list()],
    lookAgain: () => catalogue.lookAgain(),
  })
  const membership = createMembership({ ...deps, callLimits, activeCalls: () => gateway.activeCalls() })
  return {
    routes: [
      ...bodies.routes,
      ...limits.routes,
      ...gatewayRoutes(),
      ...watching.routes,
      ...endpoints.routes,
      ...catalogueRoutes(deps, { embedded, upstreams, live: routes.find, changed: () => catalogue.changed() }),
    ],
    jobs: bodies.jobs,
    gateway: (req, res) => (batches.serves(req.url ?? '') ? batches.handle(req, res) : gateway.handle(req, res)),
    shownModels: () => routes.list().map((route) => ({ id: route.id, providers: providersOf(route) })),
    poolsChanged: () => catalogue.refresh(),
    parts: () => [enginePart(embedded)],
    start: async () => {
      warnOfUnknownModel(deps)
      await catalogue.start()
      await bodies.start()
      await limits.start()
      await membership.start()
      await endpoints.start()
      batches.start()
    },
    whenReady: (say) => waitForToy(embedded, say),
    drain: async () => {
      await Promise.all([gateway.close(drainGraceMs), batches.drain(drainGraceMs)])
    },
    stop: async () => {
      catalogue.stop()
      await membership.stop()
      await watching.stop()
      await limits.stop()
      await bodies.stop()
      await endpoints.stop()
      await embedded.stop()
      await routes.close()
      await upstreams.close()
    },
  }
}

const enginePart = (embedded: EmbeddedModels) => {
  const { state } = embedded.status(tinyModelId)
  return { name: 'engine', ok: state === 'ready', required: false, state }
}

/** The pools of all models, and whether the servers in them answer. */
const createPools = (deps: InferenceDeps, embedded: EmbeddedModels) => {
  const openKey = ({ keyContext, sealedUpstreamKey }: Pick<UpstreamServer, 'keyContext' | 'sealedUpstreamKey'>) =>
    sealedUpstreamKey === null ? null : deps.vault.open(keyContext, sealedUpstreamKey)
  const upstreams = createUpstreamHealth({ ...deps, openKey })
  const { egress, placement } = deps.gates
  const routes = createLiveRoutes({
    ...{ embedded, openKey, egress, here: placement.here, sources: deps.poolSources ?? [] },
    onLost: upstreams.suspect,
    isAway: (id) => upstreams.status(id).state === 'failed',
  })
  return { routes, upstreams }
}

/** Doors to the models that this cloud offers: to see them, and to change them and their pools. */
const catalogueRoutes = (
  deps: InferenceDeps,
  parts: Pick<Parameters<typeof changeRoutesRoutes>[0], 'embedded' | 'upstreams' | 'live' | 'changed'>,
): Route[] => {
  const changing = { ...deps, ...parts, egress: deps.gates.egress, currency }
  return [...showModelsRoutes(parts), ...changeModelsRoutes(changing), ...changeRoutesRoutes(changing)]
}

/** The gateway of calls that somebody waits for, and beside it batches, whose lines take the same path. */
const createGateways = (
  deps: InferenceDeps & { readonly watch: CallWatch },
  bodies: Pick<Bodies, 'keeper' | 'stored'>,
  callLimits: CallLimits,
  models: ModelRoutes,
) => {
  const shared: GatewayDeps & { callLimits: CallLimits } = {
    ...{
      keys: deps.keys,
      metering: deps.metering,
      spending: deps.spending,
      clock: deps.clock,
      log: deps.log,
      watch: deps.watch,
      callLimits,
    },
    models,
    metrics: createGatewayMetrics(deps.registry),
    policyRefusal: () => refusalOf(deps.purposeGate),
    placement: deps.limits,
    bodyBytesMax: deps.config.maxBodyBytes,
    timeouts: deps.config.timeouts,
  }
  const { keyRefused, addressOf, strangers } = deps
  const doors = { keyRefused, addressOf, strangers }
  const gateway = createGateway({ ...shared, ...doors, bodies: bodies.keeper, stored: bodies.stored })
  const batches = createBatches({
    ...deps,
    gateway: shared,
    callsUnderWay: () => gateway.activeCalls(),
    linesAtOnce: deps.config.engine.parallel,
    bodyBytesMax: deps.config.maxBodyBytes,
  })
  return { gateway, batches }
}

/** Endpoints of projects, which stand where this installation is. */
const dedicatedEndpoints = (
  deps: InferenceDeps,
  embedded: EmbeddedModels,
  about: (model: string) => ReturnType<ModelRoutes['find']>,
): Endpoints => {
  const { gates, limits, config, containers } = deps
  const { here } = gates.placement
  return createEndpoints({
    ...{ ...deps, embedded, about, here, currency, driver: containers, database: deps.books },
    elsewhere: deps.isLenderAlive === null ? null : 'Dedicated endpoints are answered by the main process alone.',
    placementRefusal: (organisationId) => {
      const refusal = limits.refusalOf(organisationId, { country: here, recipient: null, provider: null })
      return refusal === null || refusal.kind === 'provider' ? null : refusal.why
    },
    queue: config.engine.queue,
    bodyBytesMax: config.maxBodyBytes,
  })
}

/** What the policy forbids is not even asked whether it answers. */
const mayBeAsked = (routes: Pick<ModelRoutes, 'find'>, { id, modelId }: UpstreamServer): boolean =>
  routes.find(modelId)?.members.some((member) => member.id === id && member.forbidden === null) === true

/** Answering needs to use the caller's metadata to provide the service; the gate records a refusal. */
const refusalOf = (gate: PurposeGate): string | null => {
  if (gate.allows('provide', 'usage.inference')) return null
  try {
    gate.require('provide', 'usage.inference')
    return null
  } catch (error) {
    return error instanceof Refusal ? error.message : 'the policy could not be asked.'
  }
}

const warnOfUnknownModel = ({ config, log }: InferenceDeps): void => {
  const { id } = config.model
  if (id === undefined || defaultCatalogue.some((entry) => entry.id === id)) return
  const known = defaultCatalogue.map((entry) => entry.id).join(', ')
  log.warn(
    { event: 'model-unknown', model: id },
    `AVOW_MODEL names no model that this version can fetch; it knows ${known}`,
  )
}
