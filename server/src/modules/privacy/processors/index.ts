import type { Route } from '../../../platform/http/index.ts'
import type { Processors } from './processors.ts'
import { showMyDisclosures } from './show-my-disclosures.ts'
import { showProcessors } from './show-processors.ts'
import { showTransfers } from './show-transfers.ts'

export { listCrossings } from './processor-store.ts'
export type { Configured, Processors } from './processors.ts'

/** Who receives data, what was sent to whom, and across which borders. */
export const processorRoutes = (processors: Processors): Route[] => [
  ...showProcessors(processors),
  showTransfers(processors),
  showMyDisclosures(processors),
]
