import type { UsageEvent } from '../../billing/index.ts'
import type { KeptOperation } from './tables.ts'

/** Of one request, and of one answer. */
export const bodyBytesKept = 1024 * 1024

interface Keeper {
  /** Sets memory aside; false: there is none. */
  readonly take: (bytes: number) => boolean
  readonly ended: (capture: Capture, event: UsageEvent) => void
}

/** What is kept of one call while it is under way: in memory only, and only so much. */
export class Capture {
  readonly #operation: KeptOperation
  readonly #request: Buffer
  readonly #keeper: Keeper
  #pieces: Buffer[] = []
  #responseBytes = 0
  #keptBytes = 0
  #taken = 0
  #isLost = false

  constructor(operation: KeptOperation, request: Buffer, keeper: Keeper) {
    this.#operation = operation
    this.#request = request
    this.#keeper = keeper
    this.#take(request.length)
  }

  /** Bytes of memory that it was given. */
  get bytes(): number {
    return this.#taken
  }

  /** There was no memory for it. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** A piece of the answer as it leaves towards the caller. */
  add(piece: Buffer): void {
    this.#responseBytes += piece.length
    const room = bodyBytesKept - this.#keptBytes
    if (this.#isLost || room <= 0) return
    const kept = piece.length > room ? piece.subarray(0, room) : piece
    this.#take(kept.length)
    this.#keptBytes += kept.length
    this.#pieces.push(kept)
  }

  /** The call is over and booked. */
  end(event: UsageEvent): void {
    this.#keeper.ended(this, event)
  }

  facts() {
    return {
      operation: this.#operation,
      requestBytes: this.#request.length,
      responseBytes: this.#responseBytes,
      isCut: this.#request.length > bodyBytesKept || this.#responseBytes > this.#keptBytes,
    }
  }

  /** What was asked and what was answered, as JSON text; null: nothing was answered. */
  bodies(): string {
    const request = this.#request.toString('utf8', 0, bodyBytesKept)
    const response = this.#pieces.length === 0 ? null : Buffer.concat(this.#pieces).toString('utf8')
    return JSON.stringify({ request, response })
  }

  #take(bytes: number): void {
    if (this.#keeper.take(bytes)) this.#taken += bytes
    else {
      this.#isLost = true
      this.#pieces = []
    }
  }
}
