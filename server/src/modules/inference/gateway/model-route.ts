import type { Dispatcher } from 'undici'

/** Where a model's requests go. */
export interface ModelTarget {
  readonly dispatcher: Dispatcher
  /** Path of chat completions on that server. */
  readonly chatPath: string
  /** Sent with each request; nothing of the caller's own headers is. */
  readonly headers: Readonly<Record<string, string>>
  /** The model's name there. */
  readonly modelName: string
}

/** A model of the catalogue as the gateway sees it. Prices are micro-units of `currency` per million tokens. */
export interface ModelRoute {
  readonly id: string
  readonly createdAtMs: number
  readonly served: 'embedded' | 'upstream'
  /** The third party that sees requests. */
  readonly provider: string | null
  readonly currency: string
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
  /** Null while it cannot answer; then `reason` says why and what to do. */
  readonly target: ModelTarget | null
  readonly reason: string | null
}

/** The models that callers may name now. */
export interface ModelRoutes {
  find(model: string): ModelRoute | undefined
  list(): readonly ModelRoute[]
}
