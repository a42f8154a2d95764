import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database } from '../../platform/db/index.ts'
import type { EgressGate, PlacementGate } from '../../platform/gates/index.ts'
import type { Log } from '../../platform/log/index.ts'

/** What the module is given. */
export interface PlacementDeps {
  readonly database: Database
  /** Of the same, for a connection that listens. */
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly policy: Pick<CompiledPolicy, 'source'>
  readonly placement: PlacementGate
  readonly egress: Pick<EgressGate, 'judgePlan'>
  /** Told of each refusal, to record it. */
  readonly refused: (rule: string) => void
}
