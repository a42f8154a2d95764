import type { MemberLoad } from './member-load.ts'
import type { EngineCounts } from './model-route.ts'

/** A server that answers for a model beside those of the catalogue, such as a replica of a dedicated endpoint. */
export interface SuppliedMember {
  /** Unlike any other of the same source. */
  readonly id: string
  /** Base address of an OpenAI-compatible server with its version, such as http://127.0.0.1:8000/v1. */
  readonly upstream: string
  /** Sent as `Authorization: Bearer KEY`; null: none. */
  readonly key: string | null
  /** The model's name there. */
  readonly modelName: string
  /** Who runs it, as an id of the policy's recipients; null: the operator, on a machine of their own. */
  readonly recipient: string | null
  /** The only organisation whose requests it takes; null: everyone's. */
  readonly onlyFor: string | null
  readonly weight: number
  readonly tier: number
  /** For an engine of our own; null: any other server. */
  readonly engine: EngineCounts | null
  /** Kept by the source for as long as the server runs: `load.inFlight` is what it has to do now. */
  readonly load: MemberLoad
  /** Whether the source knows that it does not answer; then others are asked first. */
  isAway(): boolean
}

/**
 * Supplies members of pools from memory. It is asked when routes are made: whoever has one calls `poolsChanged` of the
 * inference module when it would answer otherwise. Every member is judged by the egress gate like one of the catalogue.
 */
export interface PoolSource {
  membersOf(modelId: string): readonly SuppliedMember[]
}
