import type { Clock } from '../../../platform/clock/index.ts'
import type { Metering, Reservation } from '../../billing/index.ts'
import type { Capture } from '../bodies/index.ts'
import type { Translation } from '../responses/translation.ts'
import type { CallWatch } from '../watch/call-watch.ts'
import type { Admission } from './call-limits.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute, ModelTarget, PoolMember } from './model-route.ts'
import type { Operation } from './operation.ts'
import type { UsageWish } from './splice-request.ts'

export interface CallTimeouts {
  /** To the first byte; a plain answer comes only when all of it is generated. */
  readonly firstByteMs: number
  /** Between two pieces of an answer. */
  readonly idleMs: number
}

export interface CallDeps {
  readonly metering: Metering
  readonly metrics: GatewayMetrics
  readonly watch: CallWatch | null
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly timeouts: CallTimeouts
  readonly answerBytesMax: number
  /** Told when the call is over, booked and answered. */
  readonly ended: (call: Call) => void
}

export interface CallFacts {
  readonly requestId: string
  /** When it began, ms since 1970: what is spent belongs to that month. */
  readonly atMs: number
  readonly key: KeyRecord
  readonly route: ModelRoute
  /** Who answers, and what it has. */
  readonly member: PoolMember
  readonly target: ModelTarget
  /** The third party that sees it, or saw it on the way to who answers; at most one does. */
  readonly provider: string | null
  /** Null: there is nobody else. */
  readonly elsewhere: Elsewhere | null
  readonly operation: Operation
  readonly admission: Admission
  /** What budgets set aside for it; null: no budget covers it. */
  readonly reservation: Reservation | null
  readonly stream: boolean
  /** Whence it comes, as `Metering.origins` notes it. */
  readonly origin: string | null
  readonly usageWish: UsageWish
  /** For the model's server. */
  readonly body: Buffer
  /** Where the project keeps bodies of this call; null: nothing of it is kept. */
  readonly capture: Capture | null
  /** Puts the answer into the words in which the caller asked; null: it goes as it comes. */
  readonly translation: Translation | null
}

/** A call under way. */
export interface Call {
  /** Ends the call because this process stops. What was produced is booked, the caller is told. */
  interrupt(): void
}
