import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Clock } from '../../../platform/clock/index.ts'
import {
  type MeteredStream,
  type Metering,
  priceUsage,
  type UsageEvent,
  type UsageOutcome,
} from '../../billing/index.ts'
import { replaceModel } from './answer-model.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { KeyRecord } from './key-directory.ts'
import type { Admission, KeyLimits } from './key-limits.ts'
import type { ModelRoute, ModelTarget } from './model-route.ts'
import { errorBody, type OpenAiError, refuse, sendError, upstreamFaults } from './openai-error.ts'
import type { Operation } from './operation.ts'
import type { UsageWish } from './splice-request.ts'
import { type ReportedUsage, SseReader, usageOfAnswer } from './sse-reader.ts'
import { faultOfError, faultOfStatus } from './upstream-answer.ts'

export interface CallTimeouts {
  /** To the first byte; a plain answer comes only when all of it is generated. */
  readonly firstByteMs: number
  /** Between two pieces of an answer. */
  readonly idleMs: number
}

export interface CallDeps {
  readonly metering: Metering
  readonly limits: KeyLimits
  readonly metrics: GatewayMetrics
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly timeouts: CallTimeouts
  readonly answerBytesMax: number
  /** Told when the call is over, booked and answered. */
  readonly ended: (call: ChatCall) => void
}

export interface CallFacts {
  readonly requestId: string
  readonly key: KeyRecord
  readonly route: ModelRoute
  readonly target: ModelTarget
  readonly operation: Operation
  readonly admission: Admission
  readonly stream: boolean
  /** Whence it comes, as `Metering.origins` notes it. */
  readonly origin: string | null
  readonly usageWish: UsageWish
  readonly body: Buffer
}

const singlePieceBytesMax = 16 * 1024
const doneEvent = Buffer.from('data: [DONE]\n\n')
/** A guess where the model's server says nothing: four bytes of JSON a token. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4)

/**
 * One chat completion on its way: to the model's server, back to the caller, and into the books. A plain answer is held
 * until it is booked; a stream is delivered piece by piece as it is counted, and its end is held until it is booked.
 */
export class ChatCall implements Dispatcher.DispatchHandler {
  readonly #deps: CallDeps
  readonly #facts: CallFacts
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #atMs: number
  readonly #startedMs: number
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #retryAfter: string | null = null
  #contentType = 'application/json'
  #firstByteMs: number | null = null
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #reader: SseReader | null = null
  #metered: MeteredStream | null = null
  #outgoing: Buffer[] = []
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
    this.#atMs = deps.clock.nowMs()
    this.#startedMs = deps.clock.monotonicMs()
  }

  start(): void {
    this.#deps.metrics.began()
    this.#res.once('close', () => {
      if (!this.#closed) this.#abandon('client_gone')
    })
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

  /** Ends the call because this process stops. What was produced is booked, the caller is told. */
  interrupt(): void {
    if (!this.#closed) this.#abandon('interrupted')
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#closed) controller.abort(new Error('the caller has gone'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#closed) return
    this.#status = status
    this.#firstByteMs = this.#elapsedMs()
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
    this.#closed = true
    const event = this.#eventOf('completed', 200, usageOfAnswer(body, this.#facts.operation.writes), 0)
    this.#deps.metering.record(event, (error) => {
      if (error === null) this.#send(body)
      else sendError(this.#res, this.#facts.requestId, refuse.cannotBook())
      this.#settle(event)
    })
  }

  #send(answer: Buffer): void {
    const res = this.#res
    if (res.destroyed) return
    const name = this.#modelName()
    const body = name === null ? answer : Buffer.from(replaceModel(answer.toString('latin1'), name), 'latin1')
    res.writeHead(200, this.#headers(['content-type', this.#contentType, 'content-length', String(body.length)]))
    // As text a small answer leaves in one piece with its head.
    if (body.length <= singlePieceBytesMax) res.end(body.toString('latin1'), 'latin1')
    else res.end(body)
  }

  #headers(own: string[]): string[] {
    const { requestId, admission, route } = this.#facts
    own.push('x-request-id', requestId)
    if (route.provider !== null) own.push('avow-provider', encodeURIComponent(route.provider))
    return admission.headers.length === 0 ? own : own.concat(admission.headers)
  }

  /** What the answer shall call the model where its server has another name for it: JSON, one character a byte. */
  #modelName(): string | null {
    const { route, target } = this.#facts
    return target.modelName === route.id ? null : Buffer.from(JSON.stringify(route.id)).toString('latin1')
  }

  // Streams

  #beginStream(): void {
    const metered = this.#deps.metering.begin(this.#eventOf('interrupted', 200, null, 0))
    if (metered === null) {
      this.#fail(refuse.tooManyStreams())
      return
    }
    this.#metered = metered
    this.#reader = new SseReader(this.#facts.usageWish, this.#modelName())
    this.#res.writeHead(
      200,
      this.#headers([
        'content-type',
        'text/event-stream; charset=utf-8',
        'cache-control',
        'no-cache',
        'x-accel-buffering',
        'no',
      ]),
    )
    // Not before the stream's place is in the file: a caller who saw it begin is in the books.
    metered.whenCounted(() => {
      if (!this.#res.destroyed) this.#res.flushHeaders()
    })
  }

  #relay(reader: SseReader, chunk: Buffer): void {
    const forward = reader.push(chunk)
    if (reader.failed) {
      this.#fail(upstreamFaults.cutOff())
      return
    }
    if (forward !== null) this.#deliver(reader, forward)
    if (reader.done) this.#endStream(reader)
  }

  #deliver(reader: SseReader, forward: Buffer): void {
    this.#outgoing.push(forward)
    this.#metered?.count(reader.completionTokens(), reader.usage?.promptTokens ?? 0)
    if (this.#delivering) return
    this.#delivering = true
    this.#metered?.whenCounted(this.#flush)
  }

  readonly #flush = (): void => {
    this.#delivering = false
    const { length } = this.#outgoing
    if (length === 0 || this.#res.destroyed) return
    const [first] = this.#outgoing
    const bytes = length === 1 && first !== undefined ? first : Buffer.concat(this.#outgoing)
    this.#outgoing = []
    if (!this.#res.write(bytes) && !this.#closed) this.#hold()
  }

  /** A caller that reads slowly slows the model's server down instead of filling this process's memory. */
  #hold(): void {
    const controller = this.#controller
    if (controller === null || controller.paused) return
    controller.pause()
    this.#res.once('drain', () => controller.resume())
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
      this.#flush()
      if (last === null || this.#res.destroyed) this.#res.destroy()
      else this.#res.end(last)
      this.#settle(event)
    })
  }

  // Ends other than the good one

  #fail(error: OpenAiError): void {
    const isCallersFault = error.status >= 400 && error.status < 500 && error.status !== 429
    this.#close(isCallersFault ? 'upstream_refused' : 'upstream_failed', error)
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
    this.#cancel(outcome)
    if (this.#metered !== null) {
      const last = error === null ? null : Buffer.from(`data: ${errorBody(error)}\n\n`)
      this.#closeStream(outcome, error?.status ?? 499, last)
      return
    }
    const event = this.#eventOf(outcome, error?.status ?? 499, this.#exact, 0)
    this.#deps.metering.record(event, () => {
      if (error !== null && !this.#res.destroyed) {
        sendError(this.#res, this.#facts.requestId, error, this.#facts.admission.headers)
      }
      this.#settle(event)
    })
  }

  #settle(event: UsageEvent): void {
    const { key, admission } = this.#facts
    if (admission.reservedTokens > 0) {
      this.#deps.limits.settle(key, admission.reservedTokens, event.promptTokens + event.completionTokens)
    }
    this.#deps.metrics.ended(event)
    this.#deps.ended(this)
    if (!this.#req.complete) this.#req.resume()
  }

  /** Without reported counts: the prompt by its size, the answer by the events that were seen. */
  #eventOf(outcome: UsageOutcome, status: number, usage: ReportedUsage | null, contentEvents: number): UsageEvent {
    const { requestId, key, route, stream, origin, body } = this.#facts
    const unused = outcome === 'upstream_refused' || (outcome === 'upstream_failed' && contentEvents === 0)
    const promptTokens = usage?.promptTokens ?? (unused ? 0 : estimateTokens(body.length))
    const completionTokens = usage?.completionTokens ?? contentEvents
    return {
      id: requestId,
      atMs: this.#atMs,
      organisationId: key.organisationId,
      projectId: key.projectId,
      keyId: key.keyId,
      model: route.id,
      served: route.served,
      provider: route.provider,
      stream,
      outcome,
      status,
      promptTokens,
      completionTokens,
      estimated: usage === null && !unused,
      firstByteMs: this.#firstByteMs === null ? null : Math.round(this.#firstByteMs),
      durationMs: Math.round(this.#elapsedMs()),
      currency: route.currency,
      promptMicrosPerMillion: route.promptMicrosPerMillion,
      completionMicrosPerMillion: route.completionMicrosPerMillion,
      costMicros: priceUsage({ promptTokens, completionTokens }, route),
      origin,
    }
  }
}
