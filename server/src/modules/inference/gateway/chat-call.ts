import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { exactCost, type MeteredStream, type UsageEvent, type UsageOutcome } from '../../billing/index.ts'
import { CallTimes } from '../watch/call-times.ts'
import type { WatchedCall } from '../watch/call-watch.ts'
import type { Call, CallDeps, CallFacts } from './call-facts.ts'
import { Delivery, modelNameFor } from './delivery.ts'
import { errorBody, type OpenAiError, refuse, upstreamFaults } from './openai-error.ts'
import { type ReportedUsage, SseReader, usageOfAnswer } from './sse-reader.ts'
import { faultOfError, faultOfStatus, isWorthAnother } from './upstream-answer.ts'
import { usageOfCall } from './usage-of-call.ts'

const plainType = 'application/json'
const doneEvent = Buffer.from('data: [DONE]\n\n')

/**
 * One chat completion on its way: to the model's server, back to the caller, and into the books. A plain answer is held
 * until it is booked; a stream is delivered piece by piece as it is counted, and its end is held until it is booked.
 */
export class ChatCall implements Call, Dispatcher.DispatchHandler {
  readonly #deps: CallDeps
  #facts: CallFacts
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #delivery: Delivery
  readonly #startedMs: number
  readonly #times = new CallTimes()
  #watched: WatchedCall | null = null
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #retryAfter: string | null = null
  #contentType = plainType
  #firstByteMs: number | null = null
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #reader: SseReader | null = null
  #metered: MeteredStream | null = null
  #delivering = false
  /** What an engine of our own says that it made of a request that was given up. */
  #exact: ReportedUsage | null = null
  /** Nothing more of the model's server is taken. */
  #closed = false

  constructor(deps: CallDeps, facts: CallFacts, req: IncomingMessage, res: ServerResponse) {
    this.#deps = deps
    this.#facts = facts
    this.#req = req
    this.#res = res
    this.#delivery = new Delivery(res, facts)
    this.#startedMs = deps.clock.monotonicMs()
  }

  start(): void {
    this.#deps.metrics.began()
    this.#watched = this.#deps.watch?.began(this.#facts) ?? null
    this.#res.once('close', () => {
      if (!this.#closed) this.#abandon('client_gone')
    })
    this.#begin()
  }

  #begin(): void {
    this.#facts.member.load.begin()
    try {
      this.#dispatch()
    } catch (error) {
      this.#fail(faultOfError(error as Error))
    }
  }

  #dispatch(): void {
    const { target, operation, body, requestId } = this.#facts
    const { firstByteMs, idleMs } = this.#deps.timeouts
    target.dispatcher.dispatch(
      {
        path: target.basePath + operation.upstreamPath,
        method: 'POST',
        headers: target.engine === null ? target.headers : { ...target.headers, 'x-request-id': requestId },
        body,
        headersTimeout: firstByteMs,
        bodyTimeout: idleMs,
      },
      this,
    )
  }

  interrupt(): void {
    if (!this.#closed) this.#abandon('interrupted')
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#times.sent(this.#elapsedMs())
    if (this.#closed) controller.abort(new Error('the caller has gone'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#closed) return
    this.#status = status
    this.#firstByteMs = this.#elapsedMs()
    if (this.#facts.target.engine !== null) this.#times.answered(headers)
    const type = headers['content-type']
    if (type !== undefined) this.#contentType = type
    if (status !== 200) this.#retryAfter = headers['retry-after'] ?? null
    else if (this.#facts.stream && this.#contentType.startsWith('text/event-stream')) this.#beginStream()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#closed) return
    if (this.#reader !== null) {
      this.#relay(this.#reader, chunk)
      return
    }
    this.#chunkBytes += chunk.length
    if (this.#chunkBytes > this.#deps.answerBytesMax) this.#fail(upstreamFaults.malformed())
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#closed) return
    if (this.#reader !== null) this.#endStream(this.#reader)
    else this.#endPlain()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#closed) return
    this.#facts.target.onLost?.()
    const began = this.#status !== 0
    const fault = faultOfError(error)
    this.#fail(began && fault.status === 502 ? upstreamFaults.cutOff() : fault)
  }

  #elapsedMs(): number {
    return this.#deps.clock.monotonicMs() - this.#startedMs
  }

  // Plain answers

  #endPlain(): void {
    const first = this.#chunks[0]
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    if (this.#status !== 200) {
      this.#fail(faultOfStatus(this.#status, body, this.#retryAfter))
      return
    }
    const answer = this.#delivery.answerOf(body)
    if (answer === null) {
      this.#fail(upstreamFaults.malformed())
      return
    }
    this.#closed = true
    const event = this.#eventOf('completed', 200, usageOfAnswer(body, this.#facts.operation.writes), 0)
    this.#deps.metering.record(event, (error) => {
      if (error === null) this.#delivery.sendAnswer(answer, this.#contentType)
      else this.#delivery.sendError(refuse.cannotBook())
      this.#settle(event, error === null)
    })
  }

  // Streams

  #beginStream(): void {
    const metered = this.#deps.metering.begin(this.#eventOf('interrupted', 200, null, 0))
    if (metered === null) {
      this.#close('upstream_failed', refuse.tooManyStreams())
      return
    }
    this.#metered = metered
    this.#reader = new SseReader(this.#facts.usageWish, modelNameFor(this.#facts))
    this.#delivery.beginStream()
    // Not before the stream's place is in the file: a caller who saw it begin is in the books.
    metered.whenCounted(() => this.#delivery.showStream())
  }

  #relay(reader: SseReader, chunk: Buffer): void {
    const forward = reader.push(chunk)
    if (reader.failed) {
      this.#fail(upstreamFaults.cutOff())
      return
    }
    if (forward !== null) this.#deliver(reader, forward)
    if (reader.done && !this.#closed) this.#endStream(reader)
  }

  #deliver(reader: SseReader, forward: Buffer): void {
    if (!this.#delivery.add(forward)) {
      this.#fail(upstreamFaults.malformed())
      return
    }
    if (this.#times.firstTokenMs === null && reader.contentEvents > 0) this.#times.firstTokenMs = this.#elapsedMs()
    this.#metered?.count(reader.completionTokens(), reader.usage?.promptTokens ?? 0)
    if (this.#delivering) return
    this.#delivering = true
    this.#metered?.whenCounted(this.#flush)
  }

  readonly #flush = (): void => {
    this.#delivering = false
    if (!this.#delivery.flush() && !this.#closed) this.#hold()
  }

  /** A caller that reads slowly slows the model's server down instead of filling this process's memory. */
  #hold(): void {
    const controller = this.#controller
    if (controller === null || controller.paused) return
    controller.pause()
    this.#delivery.whenDrained(() => controller.resume())
  }

  #endStream(reader: SseReader): void {
    if (!reader.done && reader.usage === null) {
      this.#fail(upstreamFaults.cutOff())
      return
    }
    const closing = reader.closingChunk()
    this.#closeStream('completed', 200, closing === null ? doneEvent : Buffer.concat([closing, doneEvent]))
  }

  #closeStream(outcome: UsageOutcome, status: number, last: Buffer | null): void {
    this.#closed = true
    const usage = this.#exact ?? this.#reader?.usage ?? null
    const event = this.#eventOf(outcome, status, usage, this.#reader?.contentEvents ?? 0)
    this.#metered?.finish(event, () => {
      this.#delivery.endStream(last)
      this.#settle(event, true)
    })
  }

  // Ends other than the good one

  #fail(error: OpenAiError): void {
    const isBusy = error.status === 429
    const isCallersFault = error.status >= 400 && error.status < 500 && !isBusy
    if (isCallersFault) this.#facts.member.load.answered()
    else if (!isBusy) this.#noteFailure()
    if (isCallersFault || !this.#goElsewhere())
      this.#close(isCallersFault ? 'upstream_refused' : 'upstream_failed', error)
  }

  #noteFailure(): void {
    const { member, route, elsewhere } = this.#facts
    const rests = member.load.failed(this.#deps.clock.monotonicMs())
    if (rests && elsewhere !== null) this.#deps.metrics.rested(route.id)
  }

  /** Before its first byte an answer may as well be another member's. @returns false when it may not, or there is none */
  #goElsewhere(): boolean {
    if (!isWorthAnother(this.#status) || this.#chunkBytes > this.#deps.answerBytesMax) return false
    // Without a controller the request found no connection, and nobody saw it.
    const next = this.#facts.elsewhere?.next(this.#facts, this.#controller !== null)
    if (next === undefined || next === null) return false
    this.#facts.member.load.end()
    this.#deps.metrics.retried(next.route.id)
    this.#facts = next
    this.#delivery.move(next)
    this.#status = 0
    this.#retryAfter = null
    this.#contentType = plainType
    this.#chunks = []
    this.#chunkBytes = 0
    this.#controller = null
    this.#firstByteMs = null
    this.#begin()
    return true
  }

  /** An engine of our own is asked what it had made until it stopped; another server's share is counted or guessed. */
  #abandon(outcome: 'client_gone' | 'interrupted'): void {
    const error = outcome === 'interrupted' ? refuse.stopping() : null
    const { target, requestId } = this.#facts
    if (target.engine === null) {
      this.#close(outcome, error)
      return
    }
    this.#closed = true
    target.engine.cancelledCounts(requestId, (counts) => {
      this.#exact = counts
      this.#close(outcome, error)
    })
    this.#cancel(outcome)
  }

  #cancel(outcome: UsageOutcome): void {
    // Harmless when the answer has ended; otherwise the model's server stops generating now.
    if (this.#controller?.aborted === false) this.#controller.abort(new Error(outcome))
  }

  #close(outcome: UsageOutcome, error: OpenAiError | null): void {
    this.#closed = true
    this.#times.fault = error?.code ?? null
    this.#cancel(outcome)
    if (this.#metered !== null) {
      const last = error === null ? null : Buffer.from(`data: ${errorBody(error)}\n\n`)
      this.#closeStream(outcome, error?.status ?? 499, last)
      return
    }
    const event = this.#eventOf(outcome, error?.status ?? 499, this.#exact, 0)
    this.#deps.metering.record(event, (unbooked) => {
      if (error !== null) this.#delivery.sendError(error)
      this.#settle(event, unbooked === null)
    })
  }

  /** What is not in the books is not charged. */
  #settle(event: UsageEvent, isBooked: boolean): void {
    const { admission, capture, member, reservation } = this.#facts
    member.load.end()
    if (event.outcome === 'completed') member.load.answered()
    reservation?.settle(isBooked ? exactCost(event, event) : 0n)
    admission.settle(event.promptTokens + event.completionTokens)
    this.#deps.metrics.ended(event)
    this.#watched?.ended(this.#facts, event, this.#times)
    capture?.end(event)
    this.#deps.ended(this)
    if (!this.#req.complete) this.#req.resume()
  }

  #eventOf(outcome: UsageOutcome, status: number, usage: ReportedUsage | null, contentEvents: number): UsageEvent {
    const times = { atMs: this.#facts.atMs, firstByteMs: this.#firstByteMs, durationMs: this.#elapsedMs() }
    return usageOfCall(this.#facts, { ...times, outcome, status, usage, contentEvents })
  }
}
