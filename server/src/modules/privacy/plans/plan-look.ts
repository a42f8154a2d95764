import type { PlanSettings } from '../../../platform/db/index.ts'
import type { CheckedSystem } from '../check.ts'

/** What a look at one setting of a plan found. */
export interface Look {
  readonly check: string
  readonly looked: number
  readonly violations: readonly string[]
  readonly figure: string
  /** Why it shows nothing yet; null when it does. */
  readonly unseen: string | null
}

export interface PlanInForce {
  readonly organisationId: string
  readonly appliedAt: Date
  readonly settings: PlanSettings
}

/** The parts that are looked at; a trial's organisations are seen by its own database only. */
export type PlanSystem = Pick<
  CheckedSystem,
  'database' | 'databases' | 'clock' | 'map' | 'policy' | 'gates' | 'limits' | 'vault' | 'bodiesOn' | 'logTo'
>

/** What was on its way when the plan was applied. */
export const settledMs = 2000
