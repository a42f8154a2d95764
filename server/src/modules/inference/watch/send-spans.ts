import { Counter, type Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import { openPool } from '../../../platform/egress/index.ts'
import type { EgressGate, Sending } from '../../../platform/gates/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { type CallSpan, otlpRequest } from './call-span.ts'

/** A collector that the operator named. */
export interface Collector {
  /** Base address, such as http://127.0.0.1:4318; `/v1/traces` comes behind it. */
  readonly url: string
  /** Who runs it: an id of the policy's recipients; null: the operator, in their own network. */
  readonly recipient: string | null
  /** Sent with each request, such as the collector's own key. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a collector is sent, for the egress gate. */
export const spansTo = ({ url, recipient }: Collector): Sending & { readonly address: string } => ({
  address: url,
  recipient,
  purpose: 'provide',
  fields: [{ name: 'figures of calls', category: 'usage.inference' }],
})

export interface SpanSender {
  /** Costs a push; when too many wait, the span is dropped and counted. */
  add(span: CallSpan): void
  /** Sends what waits, once more, and ends. */
  stop(): Promise<void>
}

const waitingMax = 5000
const batchMax = 500
const tickMs = 1000
const answerWithinMs = 5000
const restMsMin = 2000
const restMsMax = 60_000
/** After these a collector wants to be asked again. @see https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const passing = new Set([429, 502, 503, 504])

type Outcome = 'sent' | 'queue_full' | 'rejected' | 'policy_refused' | 'unsent'

export interface SpanSenderDeps {
  readonly registry: Registry
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly egress: Pick<EgressGate, 'judge' | 'refuse'>
  readonly log: Log
  readonly waitingMax?: number
}

/** Sends spans in batches, beside the calls: they never wait for a collector. What waits is in memory, and bounded. */
export const createSpanSender = (deps: SpanSenderDeps, collector: Collector): SpanSender => {
  const { clock, egress, log } = deps
  const { origin, pathname } = new URL(collector.url)
  const path = `${pathname.replace(/\/$/, '')}/v1/traces`
  const pool = openPool(origin)
  const spans = new Counter({
    name: 'avow_spans_total',
    help: 'Spans of calls for the collector, by what became of them',
    labelNames: ['outcome'],
    registers: [deps.registry],
  })
  const counted = (outcome: Outcome, count: number): void => spans.inc({ outcome }, count)
  const waiting: CallSpan[] = []
  let sending: Promise<void> | null = null
  let [restMs, notBeforeMs] = [restMsMin, 0]

  /** @returns what became of them; null: they may be sent again */
  const post = async (batch: readonly CallSpan[]): Promise<Outcome | null> => {
    const verdict = egress.judge(spansTo(collector))
    if (!verdict.allowed) {
      egress.refuse(verdict)
      return 'policy_refused'
    }
    const answer = await pool.request({
      ...{ path, method: 'POST', headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs },
      headers: { ...collector.headers, 'content-type': 'application/json' },
      body: otlpRequest(batch),
    })
    await answer.body.dump()
    if (answer.statusCode < 300) return 'sent'
    log.warn({ event: 'spans-refused', status: answer.statusCode }, 'the collector did not take spans')
    return passing.has(answer.statusCode) ? null : 'rejected'
  }

  const sendBatch = async (): Promise<boolean> => {
    const batch = waiting.slice(0, batchMax)
    const outcome = await post(batch).catch((error: unknown) => {
      log.warn({ event: 'collector-away', ...describeError(error) }, 'the collector cannot be reached')
      return null
    })
    if (outcome === null) {
      notBeforeMs = clock.monotonicMs() + restMs
      restMs = Math.min(restMs * 2, restMsMax)
      return false
    }
    restMs = restMsMin
    waiting.splice(0, batch.length)
    counted(outcome, batch.length)
    return true
  }

  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0 && (await sendBatch()));
  }

  const send = (): void => {
    if (sending !== null || waiting.length === 0 || clock.monotonicMs() < notBeforeMs) return
    sending = sendAll().finally(() => {
      sending = null
    })
  }

  const timer = setInterval(send, tickMs).unref()
  return {
    add: (span) => {
      if (waiting.length >= (deps.waitingMax ?? waitingMax)) counted('queue_full', 1)
      else if (waiting.push(span) === batchMax) setImmediate(send)
    },
    stop: async () => {
      clearInterval(timer)
      await sending
      await sendAll()
      if (waiting.length > 0) counted('unsent', waiting.length)
      await pool.destroy()
    },
  }
}
