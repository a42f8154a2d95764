import { Counter, Gauge, type Registry } from 'prom-client'
import type { UsageEvent } from '../../billing/index.ts'

/** What the gateway counts; labels are models and outcomes, never callers. */
export interface GatewayMetrics {
  began(): void
  /** A request that reached a model has ended. */
  ended(event: UsageEvent): void
  /** A request goes on to another member of its model's pool. */
  retried(model: string): void
  /** A member of a pool failed so often that it is left alone for a while. */
  rested(model: string): void
  /** A request was turned away before it reached a model. */
  refused(code: string): void
}

/** Plain numbers on the hot path; they become metrics when somebody looks. */
interface ModelCounts {
  promptTokens: number
  completionTokens: number
  readonly outcomes: Map<string, number>
}

export const createGatewayMetrics = (registry: Registry): GatewayMetrics => {
  const registers = [registry]
  const byModel = new Map<string, ModelCounts>()
  let active = 0
  new Gauge({
    name: 'avow_inference_requests_active',
    help: 'Requests that are at a model now',
    registers,
    collect() {
      this.set(active)
    },
  })
  showCounts(byModel, registers)
  const refusals = new Counter({
    name: 'avow_inference_refusals_total',
    help: 'Requests that were turned away before a model',
    labelNames: ['code'],
    registers,
  })
  const { retries, rests } = poolCounters(registers)
  const countsOf = (model: string): ModelCounts => {
    let counts = byModel.get(model)
    if (counts === undefined) {
      counts = { promptTokens: 0, completionTokens: 0, outcomes: new Map() }
      byModel.set(model, counts)
    }
    return counts
  }

  return {
    began: () => {
      active++
    },
    ended: (event) => {
      active--
      const counts = countsOf(event.model)
      counts.promptTokens += event.promptTokens
      counts.completionTokens += event.completionTokens
      counts.outcomes.set(event.outcome, (counts.outcomes.get(event.outcome) ?? 0) + 1)
    },
    retried: (model) => retries.inc({ model }),
    rested: (model) => rests.inc({ model }),
    refused: (code) => refusals.inc({ code }),
  }
}

const poolCounters = (registers: Registry[]) => ({
  retries: new Counter({
    name: 'avow_inference_retries_total',
    help: 'Requests that went on to another member of a pool',
    labelNames: ['model'],
    registers,
  }),
  rests: new Counter({
    name: 'avow_inference_rests_total',
    help: 'Times that a member of a pool failed so often that it was left alone for a while',
    labelNames: ['model'],
    registers,
  }),
})

const showCounts = (byModel: ReadonlyMap<string, ModelCounts>, registers: Registry[]): void => {
  new Counter({
    name: 'avow_inference_requests_total',
    help: 'Requests that reached a model, by outcome',
    labelNames: ['model', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const [model, { outcomes }] of byModel) {
        for (const [outcome, count] of outcomes) this.inc({ model, outcome }, count)
      }
    },
  })
  new Counter({
    name: 'avow_inference_tokens_total',
    help: 'Tokens booked',
    labelNames: ['model', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const [model, { promptTokens, completionTokens }] of byModel) {
        this.inc({ model, kind: 'prompt' }, promptTokens)
        this.inc({ model, kind: 'completion' }, completionTokens)
      }
    },
  })
}
