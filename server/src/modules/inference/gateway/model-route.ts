import type { Dispatcher } from 'undici'

/** What an engine of our own tells beyond its answers. */
export interface EngineCounts {
  /** Calls back once with the exact counts of a request that was given up; null when the engine does not say. */
  cancelledCounts(
    requestId: string,
    done: (counts: { readonly promptTokens: number; readonly completionTokens: number } | null) => void,
  ): void
}

/** Where a model's requests go. */
export interface ModelTarget {
  readonly dispatcher: Dispatcher
  /** Path on that server below which the operations are, such as `/v1`. */
  readonly basePath: string
  /** Sent with each request; nothing of the caller's own headers is. */
  readonly headers: Readonly<Record<string, string>>
  /** The model's name there. */
  readonly modelName: string
  /** An engine of our own; it is told the request's id, and asked for running counts. */
  readonly engine: EngineCounts | null
  /** Told when a connection to that server failed. */
  readonly onLost?: () => void
}

/** A model of the catalogue as the gateway sees it. Prices are micro-units of `currency` per million tokens. */
export interface ModelRoute {
  readonly id: string
  readonly createdAtMs: number
  readonly served: 'embedded' | 'upstream'
  /** The third party that sees requests. */
  readonly provider: string | null
  /** The same as an id of the policy's recipients. */
  readonly recipient: string | null
  /** Where its server is, ISO 3166; null: not stated. */
  readonly country: string | null
  /** Why the policy forbids to send anything there; null: it allows it. */
  readonly forbidden: string | null
  readonly licence: string | null
  /** Tokens of prompt and answer together; null: not stated. */
  readonly contextTokens: number | null
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
  /** Reads the catalogue again, unless that was done just now: for a model that was added a moment ago. */
  lookAgain(): Promise<void>
}
