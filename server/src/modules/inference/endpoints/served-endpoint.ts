import type { Dispatcher } from 'undici'
import type { SocketPool } from '../../../platform/egress/index.ts'
import { MemberLoad } from '../gateway/member-load.ts'
import type { ModelRoute } from '../gateway/model-route.ts'
import type { ModelRow } from '../tables.ts'
import { createDemand, type Demand } from './demand.ts'
import { modelNameOf } from './endpoint.ts'
import { sizes } from './endpoint-sizes.ts'
import { createReplicaPool, type ReplicaPool } from './replica-pool.ts'
import type { EndpointRow } from './tables.ts'

/** How many requests of one endpoint wait for a replica at most, and how long. */
const waitingMax = 100
const waitMsMax = 120_000
/** The first pause after a failed start; it doubles. */
const pauseFirstMs = 1000
const pauseMsMax = 60_000

const jsonHeaders = { 'content-type': 'application/json' }
/** Its own engine counts as it goes, and tells nothing afterwards. */
const runningCounts = { cancelledCounts: (_id: string, done: (counts: null) => void): void => done(null) }

/** What this process has in memory of an endpoint: its replicas' connections, and what it learnt of its load. */
export class ServedEndpoint {
  readonly #load = new MemberLoad()
  readonly #sockets = new Map<string, SocketPool>()
  readonly #failures = { count: 0, pauseUntilMs: 0 }
  readonly #demand: Demand
  #missing: string | null = null
  /** Shares requests out among its replicas. */
  readonly balance: ReplicaPool
  readonly route: ModelRoute
  row: EndpointRow
  /** Why the last start failed, in words for its people; null while all is well. */
  failure: string | null = null

  /** @param given.onShort more replicas are wanted than there are */
  constructor(
    row: EndpointRow,
    model: Pick<ModelRow, 'licence' | 'contextTokens'> | undefined,
    given: { here: string | null; running: number; nowMs: number; onShort: () => void },
  ) {
    this.row = row
    const onLoad = (): void => {
      if (this.#isShort()) given.onShort()
    }
    this.balance = createReplicaPool({ waitingMax, waitMsMax, onLoad, onLost: given.onShort })
    this.#demand = createDemand(() => this.#bounds(), given.running, given.nowMs)
    this.route = this.#routeOf(model, given.here)
  }

  wanted(nowMs: number): number {
    const { inFlight, waiting } = this.balance.load()
    return this.row.deletedAt === null ? this.#demand.wanted(inFlight + waiting, nowMs) : 0
  }

  mayStart(nowMs: number): boolean {
    return nowMs >= this.#failures.pauseUntilMs
  }

  /** A replica did not come up, or ended by itself. */
  failed(why: string, nowMs: number): void {
    this.failure = why
    this.#failures.count++
    this.#failures.pauseUntilMs = nowMs + Math.min(pauseMsMax, pauseFirstMs * 2 ** (this.#failures.count - 1))
  }

  /** Nothing can be run here, and why; null: it can. Replicas that are ready go on. */
  unable(why: string | null): void {
    this.#missing = why
    this.balance.refuse(why)
  }

  /** Why no replica can be started, in words for its people; null while one can. */
  reason(): string | null {
    return this.#missing ?? this.failure
  }

  /** A replica answers: requests go to it from now on. */
  join(replicaId: string, socket: SocketPool): void {
    this.failure = null
    this.#failures.count = 0
    this.#sockets.set(replicaId, socket)
    this.balance.add(replicaId, socket)
  }

  async leave(replicaId: string): Promise<void> {
    this.balance.remove(replicaId)
    await this.#sockets.get(replicaId)?.close()
    this.#sockets.delete(replicaId)
  }

  async close(): Promise<void> {
    this.balance.close()
    await Promise.all([...this.#sockets.keys()].map((id) => this.leave(id)))
  }

  /** More requests are there than its replicas answer at once, and it may have more of them. */
  #isShort(): boolean {
    const { inFlight, waiting, open } = this.balance.load()
    const { replicasMax, parallel } = this.#bounds()
    return waiting > 0 || (open < replicasMax && inFlight > open * parallel)
  }

  #bounds() {
    const { replicasMin, replicasMax, idleSeconds, size } = this.row
    return { replicasMin, replicasMax, idleMs: idleSeconds * 1000, parallel: sizes[size].parallel }
  }

  #routeOf(model: Pick<ModelRow, 'licence' | 'contextTokens'> | undefined, here: string | null): ModelRoute {
    const { id, createdAt, currency, organisationId, projectId } = this.row
    const name = modelNameOf(id)
    const target = {
      dispatcher: this.balance as Pick<Dispatcher, 'dispatch'> as Dispatcher,
      basePath: '/v1',
      headers: jsonHeaders,
      modelName: name,
    }
    return {
      id: name,
      onlyForProject: projectId,
      createdAtMs: createdAt.getTime(),
      licence: model?.licence ?? null,
      contextTokens: model?.contextTokens ?? null,
      currency,
      // Its replicas are paid by the second.
      promptMicrosPerMillion: 0n,
      completionMicrosPerMillion: 0n,
      members: [
        {
          ...{ id: name, served: 'embedded', onlyFor: organisationId, weight: 1, tier: 0 },
          ...{ provider: null, recipient: null, country: here, forbidden: null },
          target: { ...target, engine: runningCounts },
          reason: null,
          load: this.#load,
          isAway: () => false,
        },
      ],
    }
  }
}
