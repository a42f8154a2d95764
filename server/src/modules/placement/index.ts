import type { Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { createOrganisationLimits, type OrganisationLimits } from './limits.ts'
import { pinRoutes } from './pin-routes.ts'
import type { PlacementDeps } from './placement.ts'
import { providerRoutes } from './provider-routes.ts'

export { createOrganisationLimits, type OrganisationLimits, type PlacementRefusal, type ServedBy } from './limits.ts'
export { placementTables } from './tables.ts'

export interface Placement {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  readonly limits: Pick<OrganisationLimits, 'refusalOf' | 'judge' | 'judgeIn'>
  /** Reads what organisations allow; before anything is served. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Where organisations let their data and work go. */
export const createPlacement = (deps: PlacementDeps): Placement => {
  const limits = createOrganisationLimits(deps)
  return {
    routes: [...pinRoutes(deps), ...providerRoutes(deps)],
    jobs: [],
    limits,
    start: limits.start,
    stop: limits.stop,
  }
}
