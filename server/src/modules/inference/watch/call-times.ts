import type { IncomingHttpHeaders } from 'node:http'

/** How a call went, noted on its way: ms since it began; null: it did not come so far. */
export class CallTimes {
  /** Until the model began with it: its wait here, and in the queue of an engine of our own. */
  queuedMs: number | null = null
  /** Until the first token of a stream. */
  firstTokenMs: number | null = null
  /** The code of what it failed of, as the caller was told. */
  fault: string | null = null

  /** Sent to the model's server. A request that goes on to another one counts from the last. */
  sent(elapsedMs: number): void {
    this.queuedMs = elapsedMs
  }

  /** An engine of our own says how long it let the request wait for its turn. */
  answered(headers: IncomingHttpHeaders): void {
    const waitedMs = Number(headers['x-queue-ms'] ?? 0)
    if (this.queuedMs !== null && waitedMs > 0) this.queuedMs += waitedMs
  }
}
