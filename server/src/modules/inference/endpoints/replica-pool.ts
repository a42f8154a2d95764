import type { Dispatcher } from 'undici'
import { EndpointUnready } from '../gateway/endpoint-errors.ts'
import { WaitingCall } from './waiting-call.ts'

/** Sends an endpoint's requests to its replicas, the least busy first; holds them while there is none. */
export interface ReplicaPool extends Pick<Dispatcher, 'dispatch'> {
  /** From now on it gets requests. */
  add(id: string, connection: Pick<Dispatcher, 'dispatch'>): void
  /** From now on it gets none; those that it has go on. */
  drain(id: string): void
  remove(id: string): void
  has(id: string): boolean
  inFlight(id: string): number
  /** Requests that are at a replica, and that wait for one; replicas that get new ones. */
  load(): { readonly inFlight: number; readonly waiting: number; readonly open: number }
  /** No replica can be started, and why, in words for a caller: nobody is kept waiting. Null: they can. */
  refuse(why: string | null): void
  /** Ends all who wait. */
  close(): void
}

export interface ReplicaPoolOptions {
  readonly waitingMax: number
  readonly waitMsMax: number
  /** A request came, waits, or has ended: more or fewer replicas may be wanted. */
  readonly onLoad: () => void
  /** A replica does not take connections any more. */
  readonly onLost: (id: string) => void
}

interface Replica {
  readonly id: string
  readonly connection: Pick<Dispatcher, 'dispatch'>
  inFlight: number
  isOpen: boolean
}

/** A connection was not made, so that nothing was sent. */
const unsent = new Set(['ENOENT', 'ECONNREFUSED'])

export const createReplicaPool = (options: ReplicaPoolOptions): ReplicaPool => new LeastBusyReplicas(options)

class LeastBusyReplicas implements ReplicaPool {
  readonly #options: ReplicaPoolOptions
  readonly #replicas = new Map<string, Replica>()
  readonly #waiting = new Set<WaitingCall>()
  #refusal: string | null = null

  constructor(options: ReplicaPoolOptions) {
    this.#options = options
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const replica = this.#leastBusy()
    if (replica === undefined) this.#hold(options, handler)
    else this.#send(replica, options, handler)
    this.#options.onLoad()
    return true
  }

  add(id: string, connection: Pick<Dispatcher, 'dispatch'>): void {
    if (this.#replicas.has(id)) return
    this.#replicas.set(id, { id, connection, inFlight: 0, isOpen: true })
    this.#refusal = null
    for (const call of [...this.#waiting]) {
      this.#waiting.delete(call)
      const [options, handler] = call.release()
      this.dispatch(options, handler)
    }
  }

  drain(id: string): void {
    const replica = this.#replicas.get(id)
    if (replica !== undefined) replica.isOpen = false
  }

  remove(id: string): void {
    this.#replicas.delete(id)
  }

  has(id: string): boolean {
    return this.#replicas.has(id)
  }

  inFlight(id: string): number {
    return this.#replicas.get(id)?.inFlight ?? 0
  }

  load(): { inFlight: number; waiting: number; open: number } {
    let [inFlight, open] = [0, 0]
    for (const one of this.#replicas.values()) {
      inFlight += one.inFlight
      if (one.isOpen) open++
    }
    return { inFlight, waiting: this.#waiting.size, open }
  }

  refuse(why: string | null): void {
    this.#refusal = why
    if (why !== null && this.#leastBusy() === undefined) this.#endWaiting(new EndpointUnready('unable', why))
  }

  close(): void {
    this.#endWaiting(new EndpointUnready('unable', 'it is being deleted, or this server is stopping.'))
  }

  #leastBusy(): Replica | undefined {
    let best: Replica | undefined
    for (const one of this.#replicas.values())
      if (one.isOpen && (best === undefined || one.inFlight < best.inFlight)) best = one
    return best
  }

  #hold(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const { waitingMax, waitMsMax, onLoad } = this.#options
    const call = new WaitingCall(options, handler, () => {
      this.#waiting.delete(call)
      onLoad()
    })
    if (this.#refusal !== null) call.fail(new EndpointUnready('unable', this.#refusal))
    else if (this.#waiting.size >= waitingMax) call.fail(new EndpointUnready('full', `${waitingMax} requests wait`))
    else {
      this.#waiting.add(call)
      call.wait(waitMsMax)
    }
  }

  #endWaiting(error: EndpointUnready): void {
    for (const call of [...this.#waiting]) call.fail(error)
  }

  /** What was not sent goes to another replica; nothing is ever sent twice. */
  #send(replica: Replica, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    replica.inFlight++
    let ended = false
    const end = (): void => {
      if (ended) return
      ended = true
      replica.inFlight--
      this.#options.onLoad()
    }
    replica.connection.dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => {
        end()
        handler.onResponseEnd?.(controller, trailers)
      },
      onResponseError: (controller, error) => {
        end()
        if (!unsent.has((error as NodeJS.ErrnoException).code ?? '')) {
          handler.onResponseError?.(controller, error)
          return
        }
        replica.isOpen = false
        this.#options.onLost(replica.id)
        this.dispatch(options, handler)
      },
    })
  }
}
