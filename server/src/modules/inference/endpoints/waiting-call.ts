import type { Dispatcher } from 'undici'
import { EndpointUnready } from '../gateway/endpoint-errors.ts'

/** A request that waits for a replica. Its caller may give it up, and a time is set to its patience. */
export class WaitingCall implements Dispatcher.DispatchController {
  readonly #options: Dispatcher.DispatchOptions
  readonly #handler: Dispatcher.DispatchHandler
  readonly #onEnd: () => void
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  aborted = false
  paused = false
  reason: Error | null = null

  /** @param onEnd it ended without having been released */
  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, onEnd: () => void) {
    this.#options = options
    this.#handler = handler
    this.#onEnd = onEnd
  }

  wait(msMax: number): void {
    this.#timer = setTimeout(() => this.fail(new EndpointUnready('late', `${Math.round(msMax / 1000)} s`)), msMax)
    this.#handler.onRequestStart?.(this, {})
  }

  /** A replica takes it. */
  release(): [Dispatcher.DispatchOptions, Dispatcher.DispatchHandler] {
    this.#isOver = true
    clearTimeout(this.#timer)
    return [this.#options, this.#handler]
  }

  fail(error: Error): void {
    if (this.#isOver) return
    this.release()
    this.#onEnd()
    this.#handler.onResponseError?.(this, error)
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.fail(reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }
}
