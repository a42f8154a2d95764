import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { erasureJobs } from './erase-person.ts'
import { exportRoute } from './export-data.ts'
import { holdRoutes } from './hold-routes.ts'
import { requestListRoutes } from './list-requests.ts'
import { showReceipt } from './receipt.ts'
import { erasureRequestRoutes } from './request-erasure.ts'
import type { Rights } from './rights.ts'
import { showMyData } from './show-my-data.ts'

export { erasePerson } from './erase-person.ts'
export { exportFiles } from './export-data.ts'
export { insertRequest } from './request-store.ts'
export type { Rights } from './rights.ts'
export { reportOn } from './show-my-data.ts'
export { rightsRequest } from './tables.ts'

/** What people may ask of us about their data, and what officers do about it. */
export const createRights = (rights: Rights): { routes: readonly Route[]; jobs: readonly Job[] } => ({
  routes: [
    ...erasureRequestRoutes(rights),
    ...requestListRoutes(rights),
    showReceipt(rights),
    showMyData(rights),
    exportRoute(rights),
    ...holdRoutes(rights),
  ],
  jobs: erasureJobs(rights),
})
