/** How a request that reached a model ended. */
export type UsageOutcome =
  | 'completed'
  /** The caller hung up; what was produced until then is counted. */
  | 'client_gone'
  /** The model's server found the request wrong. */
  | 'upstream_refused'
  /** Unreachable, an error of its own, or cut off in the middle. */
  | 'upstream_failed'
  /** This process was killed in the middle, or stopped. */
  | 'interrupted'

/**
 * One request that reached a model: metadata only, never a prompt or an answer. Prices are those in force when it began,
 * in micro-units of `currency` per million tokens.
 */
export interface UsageEvent {
  readonly id: string
  /** When it began, ms since the epoch, UTC. */
  readonly atMs: number
  readonly organisationId: string
  readonly projectId: string
  readonly keyId: string
  readonly model: string
  readonly served: 'embedded' | 'upstream'
  /** The third party that saw the request. */
  readonly provider: string | null
  readonly stream: boolean
  readonly outcome: UsageOutcome
  /** HTTP status of the answer. */
  readonly status: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** The counts are the gateway's own estimate: the model's server gave none. */
  readonly estimated: boolean
  /** From the request to the first byte of the answer; null when there was none. */
  readonly firstByteMs: number | null
  readonly durationMs: number
  readonly currency: string
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
  /** What this request shows as its cost, half up; sums are made of exact costs instead. */
  readonly costMicros: bigint
  /** Whence the call came, as `CallOrigins` notes it; null: the policy keeps none of it. */
  readonly origin: string | null
}

/** No full answer, through no fault of the caller: neither hanging up nor a wrong parameter is a failure. */
export const isFailure = (outcome: string): boolean => outcome === 'upstream_failed' || outcome === 'interrupted'

/** What ids of lines of batches begin with. */
export const batchPrefix = 'batch_req_'

/** Whether a call is a line of a batch. @param id or a text that begins with it */
export const isOfBatch = (id: string): boolean => id.startsWith(batchPrefix)
