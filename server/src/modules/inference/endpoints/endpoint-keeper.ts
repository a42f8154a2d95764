import type { Clock } from '../../../platform/clock/index.ts'
import type { EngineDriver, ObservedContainer } from '../../../platform/containers/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import { openSocketPool } from '../../../platform/egress/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { newId } from '../../../platform/ids.ts'
import { inTurn } from '../../../platform/in-turn.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { ModelRoute } from '../gateway/model-route.ts'
import { buildOf, type EventKind, reasonOf } from './endpoint.ts'
import {
  changeReplica,
  insertReplica,
  listAllEndpoints,
  listOpenReplicas,
  noteEvent,
  type ReplicaChange,
  removeEndpoint,
} from './endpoint-store.ts'
import { type PlannedReplica, planReplicas } from './plan-replicas.ts'
import type { ReplicaFolders } from './replica-container.ts'
import { ServedEndpoint } from './served-endpoint.ts'
import type { EndpointRow, ReplicaRow } from './tables.ts'

export interface KeeperDeps {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly driver: EngineDriver
  readonly folders: ReplicaFolders
  /** Why this process has no containers, though another may; null: it keeps them. */
  readonly elsewhere: string | null
  /** Country of this installation; null: not stated. */
  readonly here: string | null
  readonly about: (model: string) => { licence: string | null; contextTokens: number | null } | undefined
  /** What replicas run now; made when it is first needed. */
  readonly image: () => Promise<string>
  /** Starts a replica's container, which may be there already. */
  readonly launch: (replica: ReplicaRow, image: string) => Promise<void>
}

/** Brings the containers on this machine to what endpoints want, and tells where requests go. */
export interface EndpointKeeper {
  find(modelName: string): ModelRoute | undefined
  list(): readonly ModelRoute[]
  served(endpointId: string): ServedEndpoint | undefined
  /** Of each endpoint. */
  loads(): readonly ReturnType<ServedEndpoint['balance']['load']>[]
  /** What a replica of an endpoint must run to be up to date; null: nothing was run since the start. */
  buildOf(row: EndpointRow): string | null
  /** Looks now: something was changed. Settles when it is known here. Never rejects. */
  look(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** How often one looks while nothing is under way, and while something is. */
const restMs = 1000
const busyMs = 100
/** A replica that was not ready by then is given up. */
const startMsMax = 300_000
const healthWithinMs = 2000
const stopGraceSeconds = 5
/** How exactly it is known until when a container ran that somebody removed by hand. */
const seenEveryMs = 30_000
const noImage = ''
const lastLines = 5
const saidCharactersMax = 300

export const createEndpointKeeper = (deps: KeeperDeps): EndpointKeeper => new Keeper(deps)

class Keeper implements EndpointKeeper {
  readonly #deps: KeeperDeps
  readonly #take = inTurn()
  readonly #served = new Map<string, ServedEndpoint>()
  #byName = new Map<string, ModelRoute>()
  #image: string | null = null
  #timer: NodeJS.Timeout | undefined
  #isNudged = false
  #isStopped = false
  /** Containers that an earlier process left are looked for once, even if nothing is wanted. */
  #hasObserved = false
  #isLost = false

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  find(modelName: string): ModelRoute | undefined {
    return this.#byName.get(modelName)
  }

  list(): readonly ModelRoute[] {
    return [...this.#byName.values()]
  }

  served(endpointId: string): ServedEndpoint | undefined {
    return this.#served.get(endpointId)
  }

  loads(): readonly ReturnType<ServedEndpoint['balance']['load']>[] {
    return [...this.#served.values()].map(({ balance }) => balance.load())
  }

  buildOf(row: EndpointRow): string | null {
    return this.#image === null ? null : buildOf(row, this.#image)
  }

  /** Bound: it is given away. */
  readonly look = (): Promise<void> => this.#take(() => this.#round())

  start(): Promise<void> {
    return this.look()
  }

  /** Containers go on: the next process finds them again. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#take(async () => undefined)
    clearTimeout(this.#timer)
    await Promise.all([...this.#served.values()].map((one) => one.close()))
  }

  /** More or fewer replicas may be wanted. Many requests at once are one word. */
  #nudge(): void {
    if (this.#isNudged || this.#isStopped) return
    this.#isNudged = true
    this.#schedule(0)
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.look(), ms).unref()
  }

  async #round(): Promise<void> {
    if (this.#isStopped) return
    this.#isNudged = false
    let isBusy = false
    try {
      isBusy = await this.#reconcile()
    } catch (error) {
      this.#deps.log.warn(
        { event: 'endpoints-unkept', ...describeError(error) },
        'endpoints could not be looked after; it is tried again',
      )
    }
    if (!this.#isStopped) this.#schedule(isBusy || this.#isNudged ? busyMs : restMs)
  }

  /** @returns whether something is under way */
  async #reconcile(): Promise<boolean> {
    const { database } = this.#deps
    const [rows, replicas] = [await listAllEndpoints(database.direct), await listOpenReplicas(database.direct)]
    await this.#takeOver(rows, replicas)
    if (rows.length === 0 && replicas.length === 0 && this.#hasObserved) return false
    const observed = await this.#observe(rows)
    if (observed === null) return false
    await this.#wipeStrays(observed, replicas)
    for (const replica of replicas) await this.#tend(replica, observed.get(replica.id))
    const left = await listOpenReplicas(database.direct)
    for (const row of rows) await this.#advance(row, left)
    const orphans = left.filter((replica) => !rows.some(({ id }) => id === replica.endpointId))
    for (const replica of orphans) await this.#end(replica)
    return left.some(({ state }) => state !== 'ready') || [...this.#served.values()].some(hasWaiting)
  }

  /** In memory is what the table says. */
  async #takeOver(rows: readonly EndpointRow[], replicas: readonly ReplicaRow[]): Promise<void> {
    const { about, clock, here } = this.#deps
    for (const row of rows) {
      const served = this.#served.get(row.id)
      if (served !== undefined) served.row = row
      else {
        const running = enoughUntilNow(replicas.filter(({ endpointId }) => endpointId === row.id))
        const given = { here, running, nowMs: clock.monotonicMs(), onShort: () => this.#nudge() }
        this.#served.set(row.id, new ServedEndpoint(row, about(row.model), given))
      }
    }
    for (const [id, served] of this.#served) {
      if (rows.some((row) => row.id === id)) continue
      this.#served.delete(id)
      await served.close()
    }
    const open = [...this.#served.values()].filter(({ row }) => row.deletedAt === null)
    this.#byName = new Map(open.map(({ route }) => [route.id, route]))
  }

  /** @returns null: nothing is known, so nothing is done; what is ready goes on answering */
  async #observe(rows: readonly EndpointRow[]): Promise<Map<string, ObservedContainer> | null> {
    const { driver, elsewhere, folders, log } = this.#deps
    const missing = elsewhere ?? folders.problem ?? (rows.length === 0 ? null : await driver.missing())
    for (const served of this.#served.values()) served.unable(missing)
    if (missing !== null) return null
    try {
      const found = await driver.observe()
      if (this.#isLost) log.info({ event: 'containers-found' }, 'the engine of containers answers again')
      this.#isLost = false
      this.#hasObserved = true
      return new Map(found.map((one) => [one.id, one]))
    } catch (error) {
      // Where nothing is wanted of it, an engine need not be there.
      if (!this.#isLost && rows.length > 0)
        log.warn({ event: 'containers-lost', ...describeError(error) }, 'the engine of containers does not answer')
      this.#isLost = rows.length > 0
      this.#hasObserved ||= rows.length === 0
      return null
    }
  }

  async #wipeStrays(observed: Map<string, ObservedContainer>, replicas: readonly ReplicaRow[]): Promise<void> {
    const known = new Set(replicas.map(({ id }) => id))
    for (const { id } of observed.values()) if (!known.has(id)) await this.#wipe(id)
  }

  async #wipe(id: string): Promise<void> {
    await this.#deps.driver.wipe(id)
    this.#deps.folders.wipe(id)
  }

  async #tend(replica: ReplicaRow, container: ObservedContainer | undefined): Promise<void> {
    if (container?.state === 'ended') await this.#close(replica, container)
    else if (container?.state === 'running') await this.#tendRunning(replica, container)
    else if (replica.state === 'starting') await this.#launch(replica)
    else await this.#close(replica, null)
  }

  async #launch(replica: ReplicaRow): Promise<void> {
    const { launch, log } = this.#deps
    try {
      await launch(replica, await this.#currentImage())
    } catch (error) {
      log.warn({ event: 'replica-unstarted', ...describeError(error) }, 'a container could not be started')
      await this.#wipe(replica.id)
      await this.#fail(replica, 'The container could not be started; the log of the operator says why.')
    }
  }

  async #currentImage(): Promise<string> {
    this.#image ??= await this.#deps.image()
    return this.#image
  }

  async #tendRunning(replica: ReplicaRow, { startedAt }: ObservedContainer): Promise<void> {
    const { clock } = this.#deps
    const served = this.#served.get(replica.endpointId)
    const now = clock.now()
    const isUnseen = replica.seenAt === null || now.getTime() - replica.seenAt.getTime() > seenEveryMs
    if (isUnseen) await this.#change(replica, { startedAt, seenAt: now })
    if (served === undefined || replica.state === 'draining' || served.balance.has(replica.id)) return
    const socket = openSocketPool(this.#deps.folders.socketOf(replica.id))
    const status = await socket.statusOf('/health', healthWithinMs)
    if (status === 200) {
      const kind = replica.state === 'ready' ? 'replica_adopted' : 'replica_ready'
      await this.#change(replica, { state: 'ready' }, kind)
      served.join(replica.id, socket)
      return
    }
    await socket.close()
    if (replica.state === 'starting' && now.getTime() - replica.createdAt.getTime() > startMsMax)
      await this.#deps.driver.stop(replica.id, stopGraceSeconds)
  }

  /** A container is over: its bill is made from what the engine saw of it, then nothing of it is left. */
  async #close(replica: ReplicaRow, container: ObservedContainer | null): Promise<void> {
    const { clock } = this.#deps
    const served = this.#served.get(replica.endpointId)
    await served?.leave(replica.id)
    const startedAt = container?.startedAt ?? replica.startedAt
    const endedAt = container?.endedAt ?? replica.seenAt ?? replica.startedAt ?? clock.now()
    const why = replica.state === 'draining' ? null : await this.#reasonOf(replica, container)
    await this.#change(
      replica,
      { state: 'ended', startedAt, endedAt },
      why === null ? 'replica_ended' : 'replica_failed',
      why ?? undefined,
    )
    if (why !== null) served?.failed(why, clock.monotonicMs())
    await this.#wipe(replica.id)
  }

  /** Before its first request a replica can say nothing that people wrote: its last words are told. */
  async #reasonOf({ id, state }: ReplicaRow, container: ObservedContainer | null): Promise<string> {
    const why = reasonOf(container)
    if (state !== 'starting') return why
    const said = (await this.#deps.driver.logs(id, lastLines)).map(({ text }) => text).join(' ')
    return said === '' ? why : `${why} It said: ${said.slice(0, saidCharactersMax)}`
  }

  async #fail(replica: ReplicaRow, why: string): Promise<void> {
    const { clock } = this.#deps
    await this.#change(replica, { state: 'ended', endedAt: clock.now() }, 'replica_failed', why)
    this.#served.get(replica.endpointId)?.failed(why, clock.monotonicMs())
  }

  async #advance(row: EndpointRow, open: readonly ReplicaRow[]): Promise<void> {
    const served = this.#served.get(row.id)
    const own = open.filter(({ endpointId }) => endpointId === row.id)
    if (served === undefined) return
    if (row.deletedAt !== null && own.length === 0) {
      await this.#forget(row)
      return
    }
    const nowMs = this.#deps.clock.monotonicMs()
    const build = buildOf(row, this.#image ?? (own.length === 0 ? noImage : await this.#currentImage()))
    const plan = planReplicas(own.map(plannedOf(served, build)), {
      wanted: served.wanted(nowMs),
      mayStart: served.mayStart(nowMs),
    })
    for (let i = 0; i < plan.start; i++) await this.#begin(row)
    for (const replica of own) {
      if (plan.drain.includes(replica.id)) await this.#drain(replica, row, build)
      if (plan.end.includes(replica.id)) await this.#end(replica)
    }
  }

  async #begin(row: EndpointRow): Promise<void> {
    const { clock, database } = this.#deps
    const served = this.#served.get(row.id)
    try {
      const image = await this.#currentImage()
      const { id: endpointId, organisationId, projectId, model, size, currency, priceMicrosPerSecond } = row
      const whose = { endpointId, organisationId, projectId, model, size, currency, priceMicrosPerSecond }
      const times = { createdAt: clock.now(), startedAt: null, seenAt: null, endedAt: null }
      const id = newId('rep', clock)
      await database.transaction(async (tx) => {
        await insertReplica(tx, { id, ...whose, build: buildOf(row, image), state: 'starting', ...times })
        await noteEvent(tx, clock, { endpointId, organisationId, kind: 'replica_starting', replicaId: id })
      })
    } catch (error) {
      served?.failed(
        'The image of the engine could not be made; the log of the operator says why.',
        clock.monotonicMs(),
      )
      throw error
    }
  }

  async #drain(replica: ReplicaRow, row: EndpointRow, build: string): Promise<void> {
    this.#served.get(replica.endpointId)?.balance.drain(replica.id)
    const isOld = replica.build !== build
    const why = isOld ? 'It is replaced by one of the present settings.' : 'Fewer are enough.'
    const reason = row.deletedAt === null ? why : 'The endpoint is deleted.'
    await this.#change(replica, { state: 'draining' }, 'replica_draining', reason)
  }

  /** It has nothing to do any more. That it has ended is seen in the next round. */
  async #end(replica: ReplicaRow): Promise<void> {
    if (replica.state !== 'draining') await this.#change(replica, { state: 'draining' })
    await this.#deps.driver.stop(replica.id, stopGraceSeconds)
  }

  async #forget(row: EndpointRow): Promise<void> {
    const { database, clock } = this.#deps
    await database.transaction(async (tx) => {
      await removeEndpoint(tx, row.id)
      await recordDecision(tx, clock, { gate: 'wipe', decision: 'done', rule: 'endpoint' })
    })
  }

  async #change(replica: ReplicaRow, change: ReplicaChange, kind?: EventKind, reason?: string): Promise<void> {
    const { database, clock } = this.#deps
    const { id: replicaId, endpointId, organisationId } = replica
    const isKnown = this.#served.has(endpointId)
    await database.transaction(async (tx) => {
      await changeReplica(tx, replicaId, change)
      if (kind !== undefined && isKnown)
        await noteEvent(tx, clock, { endpointId, organisationId, kind, replicaId, reason: reason ?? null })
    })
  }
}

/** How many an endpoint had before this process: in the middle of a change it has one more than it needs. */
const enoughUntilNow = (replicas: readonly ReplicaRow[]): number => {
  const counts = new Map<string, number>()
  for (const { build, state } of replicas) if (state !== 'draining') counts.set(build, (counts.get(build) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

const hasWaiting = ({ balance }: ServedEndpoint): boolean => balance.load().waiting > 0

const plannedOf =
  ({ balance }: ServedEndpoint, build: string) =>
  ({ id, state, build: own }: ReplicaRow): PlannedReplica => ({
    id,
    state: state === 'ended' ? 'draining' : state,
    isCurrent: own === build,
    inFlight: balance.inFlight(id),
  })
