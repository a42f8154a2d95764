import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { UsageEvent } from '../../billing/index.ts'

/** What the gateway counts; labels are models and outcomes, never callers. */
export interface GatewayMetrics {
  began(): void
  /** A request that reached a model has ended. */
  ended(event: UsageEvent): void
  /** A request was turned away before it reached a model. */
  refused(code: string): void
}

interface ModelCounters {
  readonly promptTokens: Counter.Internal
  readonly completionTokens: Counter.Internal
  readonly outcomes: Map<string, Counter.Internal>
  readonly firstByte: Histogram.Internal<string>
  readonly duration: Histogram.Internal<string>
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

export const createGatewayMetrics = (registry: Registry): GatewayMetrics => {
  const registers = [registry]
  const active = new Gauge({
    name: 'avow_inference_requests_active',
    help: 'Requests that are at a model now',
    registers,
  })
  const requests = new Counter({
    name: 'avow_inference_requests_total',
    help: 'Requests that reached a model, by outcome',
    labelNames: ['model', 'outcome'],
    registers,
  })
  const refusals = new Counter({
    name: 'avow_inference_refusals_total',
    help: 'Requests that were turned away before a model',
    labelNames: ['code'],
    registers,
  })
  const tokens = new Counter({
    name: 'avow_inference_tokens_total',
    help: 'Tokens booked',
    labelNames: ['model', 'kind'],
    registers,
  })
  const firstByte = new Histogram({
    name: 'avow_inference_first_byte_seconds',
    help: 'From the request to the first byte of the answer',
    labelNames: ['model'],
    buckets: secondsBuckets,
    registers,
  })
  const duration = new Histogram({
    name: 'avow_inference_duration_seconds',
    help: 'From the request to the end of the answer',
    labelNames: ['model'],
    buckets: secondsBuckets,
    registers,
  })

  const byModel = new Map<string, ModelCounters>()
  const countersOf = (model: string): ModelCounters => {
    let counters = byModel.get(model)
    if (counters === undefined) {
      counters = {
        promptTokens: tokens.labels(model, 'prompt'),
        completionTokens: tokens.labels(model, 'completion'),
        outcomes: new Map(),
        firstByte: firstByte.labels(model),
        duration: duration.labels(model),
      }
      byModel.set(model, counters)
    }
    return counters
  }

  return {
    began: () => active.inc(),
    ended: (event) => {
      active.dec()
      const counters = countersOf(event.model)
      counters.promptTokens.inc(event.promptTokens)
      counters.completionTokens.inc(event.completionTokens)
      counters.duration.observe(event.durationMs / 1000)
      if (event.firstByteMs !== null) counters.firstByte.observe(event.firstByteMs / 1000)
      let outcome = counters.outcomes.get(event.outcome)
      if (outcome === undefined) {
        outcome = requests.labels(event.model, event.outcome)
        counters.outcomes.set(event.outcome, outcome)
      }
      outcome.inc()
    },
    refused: (code) => refusals.inc({ code }),
  }
}
