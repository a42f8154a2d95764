import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Strangers } from '../../../platform/gates/index.ts'
import type { Log } from '../../../platform/log/index.ts'
import type { Metering, Spending } from '../../billing/index.ts'
import type { OrganisationLimits } from '../../placement/index.ts'
import type { BodyKeeper, StoredCalls } from '../bodies/index.ts'
import type { CallWatch } from '../watch/call-watch.ts'
import type { CallTimeouts } from './call-facts.ts'
import type { CallLimits } from './call-limits.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { KeyDirectory } from './key-directory.ts'
import type { ModelRoutes } from './model-route.ts'

/** For a gateway whose organisations limit nothing. */
export const placedAnywhere: GatewayDeps['placement'] = { judge: () => null, refusalOf: () => null }

/** What the gateway needs of others. */
export interface GatewayDeps {
  readonly keys: KeyDirectory
  readonly models: ModelRoutes
  readonly metering: Metering
  /** Sets money aside in budgets; without it there are none. */
  readonly spending?: Spending
  readonly metrics: GatewayMetrics
  /** Figures of the last minutes, by key and model; without it nobody watches. */
  readonly watch?: CallWatch
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly log: Log
  /** The rule by which the policy forbids serving an organisation's request; null when it allows it. */
  readonly policyRefusal: (organisationId: string) => string | null
  /** Why a member of a pool may not answer an organisation: where it is, or whose. `judge` records no refusal. */
  readonly placement: Pick<OrganisationLimits, 'judge' | 'refusalOf'>
  /** Keeps bodies of calls for projects that want it; without it nobody does. */
  readonly bodies?: BodyKeeper
  /** What they kept of responses, for a project's keys. */
  readonly stored?: StoredCalls
  readonly bodyBytesMax: number
  /** Told of each key that nobody has, or has no more, and whence it came. */
  readonly keyRefused?: (ipAddress: string) => void
  /** Counts requests without a good key, and holds floods of them off; without it they only are refused. */
  readonly strangers?: Omit<Strangers, 'take' | 'flush'>
  /** Who called, behind proxies too; without it, the other end of the connection. */
  readonly addressOf?: (req: IncomingMessage) => string | null
  readonly timeouts?: CallTimeouts
  /** Shared with another gateway of this process; without it, its own, and only keys have some. */
  readonly callLimits?: CallLimits
  /** The id under which a call is booked; without it, one drawn for each. */
  readonly nextId?: (req: IncomingMessage) => string
}
