import type { Dispatcher } from 'undici'
import type { MemberLoad } from './member-load.ts'

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

/** Whose a server is and where: what gates, pins, plans and acceptances are asked about. */
export interface MemberParty {
  /** The third party that sees requests. */
  readonly provider: string | null
  /** The same as an id of the policy's recipients. */
  readonly recipient: string | null
  /** Where its server is, ISO 3166; null: not stated. */
  readonly country: string | null
  /** Why the policy forbids to send anything there; null: it allows it. */
  readonly forbidden: string | null
}

/** One of the servers that answer for a model. */
export interface PoolMember extends MemberParty {
  /** Unlike any other of the model's. */
  readonly id: string
  readonly served: 'embedded' | 'upstream'
  /** The only organisation whose requests it takes; null: everyone's. */
  readonly onlyFor: string | null
  /** Its share among those of its tier, at least 1. */
  readonly weight: number
  /** A tier is asked when nobody of a lower one can answer. */
  readonly tier: number
  /** Null while it cannot answer; then `reason` says why and what to do. */
  readonly target: ModelTarget | null
  readonly reason: string | null
  readonly load: MemberLoad
  /** Its health check failed: others are asked first. */
  isAway(): boolean
}

/** A model of the catalogue as the gateway sees it. Prices are micro-units of `currency` per million tokens. */
export interface ModelRoute {
  readonly id: string
  readonly createdAtMs: number
  readonly licence: string | null
  /** Tokens of prompt and answer together; null: not stated. */
  readonly contextTokens: number | null
  readonly currency: string
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
  /** The pool, lowest tier first. */
  readonly members: readonly [PoolMember, ...PoolMember[]]
}

/** The models that callers may name now. */
export interface ModelRoutes {
  find(model: string): ModelRoute | undefined
  list(): readonly ModelRoute[]
  /** Reads the catalogue again, unless that was done just now: for a model that was added a moment ago. */
  lookAgain(): Promise<void>
}
