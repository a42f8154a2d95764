import type { Registry } from 'prom-client'
import type { UsageEvent } from '../../billing/index.ts'
import type { Operation } from '../gateway/operation.ts'
import type { CallTimes } from './call-times.ts'
import { type Family, histogram, type Series } from './histogram.ts'

/** What OpenTelemetry calls an operation; a response goes to a model as a chat. */
export const operationNames: Readonly<Record<Operation['name'], string>> = {
  'chat.completions': 'chat',
  responses: 'chat',
  completions: 'text_completion',
  embeddings: 'embeddings',
}

/**
 * Boundaries that the conventions recommend.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
 */
const durationBounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const firstTokenBounds = [
  ...[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1],
  ...[0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
]
const perTokenBounds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
const tokenBounds = Array.from({ length: 14 }, (_, power) => 4 ** power)

/** The figures of one model and one operation. */
export interface ModelMetrics {
  /** @param errorKind null: it was answered in full */
  observe(event: UsageEvent, times: CallTimes, errorKind: string | null): void
}

export interface GenAiMetrics {
  /** To be kept by those who observe: asking costs a look-up. */
  of(model: string, operation: Operation): ModelMetrics
}

interface Families {
  readonly duration: Family
  readonly firstToken: Family
  readonly perToken: Family
  readonly tokens: Family
  readonly queued: Family
}

/** Names as OpenTelemetry gives them, written as Prometheus does. Labels are models and outcomes, never callers. */
const familiesOf = (registry: Registry): Families => ({
  duration: histogram(registry, {
    name: 'gen_ai_server_request_duration_seconds',
    help: 'From the request to the end of the answer',
    bounds: durationBounds,
  }),
  firstToken: histogram(registry, {
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'From the request to the first token of a streamed answer',
    bounds: firstTokenBounds,
  }),
  perToken: histogram(registry, {
    name: 'gen_ai_server_time_per_output_token_seconds',
    help: 'Of a streamed answer, for each token after the first',
    bounds: perTokenBounds,
  }),
  tokens: histogram(registry, {
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a request, read and written',
    bounds: tokenBounds,
  }),
  queued: histogram(registry, {
    name: 'avow_inference_queue_seconds',
    help: 'From the request until the model began with it',
    bounds: firstTokenBounds,
  }),
})

type Observe = (value: number) => void

/** A series from its first observation on: embeddings have no first token. */
const lazily = (family: Family, labels: Readonly<Record<string, string>>): Observe => {
  let series: Series | null = null
  return (value) => {
    series ??= family.series(labels)
    series.observe(value)
  }
}

const metricsOf = (families: Families, model: string, operation: Operation): ModelMetrics => {
  const labels = { gen_ai_operation_name: operationNames[operation.name], gen_ai_request_model: model }
  const [input, output] = ['input', 'output'].map((kind) =>
    lazily(families.tokens, { ...labels, gen_ai_token_type: kind }),
  ) as [Observe, Observe]
  const answered = families.duration.series(labels)
  const failed = new Map<string, Series>()
  const firstToken = lazily(families.firstToken, labels)
  const perToken = lazily(families.perToken, labels)
  const queued = lazily(families.queued, labels)
  const failedBy = (kind: string): Series => {
    const known = failed.get(kind)
    if (known !== undefined) return known
    const made = families.duration.series({ ...labels, error_type: kind })
    failed.set(kind, made)
    return made
  }
  return {
    observe: (event, times, errorKind) => {
      const { promptTokens, completionTokens, durationMs } = event
      ;(errorKind === null ? answered : failedBy(errorKind)).observe(durationMs / 1000)
      // The conventions want what was counted, no guesses.
      if (!event.estimated && promptTokens > 0) {
        input(promptTokens)
        if (operation.writes) output(completionTokens)
      }
      if (times.queuedMs !== null) queued(times.queuedMs / 1000)
      const { firstTokenMs } = times
      if (errorKind !== null || firstTokenMs === null) return
      firstToken(firstTokenMs / 1000)
      if (completionTokens > 1) perToken((durationMs - firstTokenMs) / (completionTokens - 1) / 1000)
    },
  }
}

export const createGenAiMetrics = (registry: Registry): GenAiMetrics => {
  const families = familiesOf(registry)
  const known = new Map<string, Map<string, ModelMetrics>>()
  return {
    of: (model, operation) => {
      const name = operationNames[operation.name]
      let byName = known.get(model)
      if (byName === undefined) {
        byName = new Map()
        known.set(model, byName)
      }
      let metrics = byName.get(name)
      if (metrics === undefined) {
        metrics = metricsOf(families, model, operation)
        byName.set(name, metrics)
      }
      return metrics
    },
  }
}
