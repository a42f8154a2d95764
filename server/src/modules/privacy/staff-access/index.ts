import type { Route } from '../../../platform/http/index.ts'
import { accessRoutes } from './access-routes.ts'
import { outboxRoutes } from './outbox.ts'
import type { StaffAccess } from './staff-access.ts'

/** What staff see of people, and what people see of that. */
export const staffAccessRoutes = (deps: StaffAccess): Route[] => [...outboxRoutes(deps), ...accessRoutes(deps)]
