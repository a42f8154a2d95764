import { randomBytes } from 'node:crypto'
import type { UsageEvent } from '../../billing/index.ts'
import type { CallFacts } from '../gateway/call-facts.ts'
import type { CallTimes } from './call-times.ts'
import { operationNames } from './gen-ai-metrics.ts'

/**
 * What a collector is told of a call: figures, and names that the operator gave. Nothing that was asked or answered, and
 * nothing that says whose call it was: no key, no project, no id by which the books could be asked.
 */
export interface CallSpan {
  readonly operation: string
  readonly model: string
  /** As the model's server calls it; null: it gave no answer. */
  readonly answeredBy: string | null
  readonly provider: string
  readonly stream: boolean
  readonly startedMs: number
  readonly endedMs: number
  /** Null where the model's server did not count. */
  readonly promptTokens: number | null
  readonly completionTokens: number | null
  readonly status: number
  readonly errorKind: string | null
  readonly firstTokenMs: number | null
  readonly queuedMs: number | null
}

/** Copies what is told, so that nothing else of the call is kept in memory. */
export const spanOfCall = (
  { operation, target, stream }: Pick<CallFacts, 'operation' | 'target' | 'stream'>,
  event: UsageEvent,
  { firstTokenMs, queuedMs }: CallTimes,
  errorKind: string | null,
): CallSpan => ({
  operation: operationNames[operation.name],
  model: event.model,
  answeredBy: errorKind === null ? target.modelName : null,
  provider: event.provider ?? 'avow',
  stream,
  startedMs: event.atMs,
  endedMs: event.atMs + event.durationMs,
  promptTokens: event.estimated ? null : event.promptTokens,
  completionTokens: event.estimated ? null : event.completionTokens,
  status: event.status,
  ...{ errorKind, firstTokenMs, queuedMs },
})

/** Numbers are whole ones. */
type Value = string | number | boolean | null

/** JSON of protocol buffers: 64-bit whole numbers are text. */
const otlpValue = (value: Exclude<Value, null>): object => {
  if (typeof value === 'string') return { stringValue: value }
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: String(value) }
}

const attributesOf = (attributes: Readonly<Record<string, Value>>): object[] =>
  Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [{ key, value: otlpValue(value) }]))

const nanos = (ms: number): string => `${Math.round(ms)}000000`
/** A double even where it happens to be whole. */
const seconds = (key: string, ms: number | null): object[] =>
  ms === null ? [] : [{ key, value: { doubleValue: ms / 1000 } }]

const clientKind = 3
const errorStatus = 2

/** @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ */
const otlpSpan = (span: CallSpan): object => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  name: `${span.operation} ${span.model}`,
  kind: clientKind,
  startTimeUnixNano: nanos(span.startedMs),
  endTimeUnixNano: nanos(span.endedMs),
  attributes: [
    ...attributesOf({
      'gen_ai.operation.name': span.operation,
      'gen_ai.provider.name': span.provider,
      'gen_ai.request.model': span.model,
      'gen_ai.request.stream': span.stream ? true : null,
      'gen_ai.response.model': span.answeredBy,
      'gen_ai.usage.input_tokens': span.promptTokens,
      'gen_ai.usage.output_tokens': span.completionTokens,
      'http.response.status_code': span.status,
      'error.type': span.errorKind,
    }),
    ...seconds('gen_ai.response.time_to_first_chunk', span.firstTokenMs),
    ...seconds('avow.queue_time', span.queuedMs),
  ],
  status: span.errorKind === null ? {} : { code: errorStatus },
})

/**
 * A request to a collector's `/v1/traces`.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export const otlpRequest = (spans: readonly CallSpan[]): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'avow' }) },
        scopeSpans: [{ scope: { name: 'avow.gateway' }, spans: spans.map(otlpSpan) }],
      },
    ],
  })
