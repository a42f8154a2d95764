import type { AvowClient } from '@avow/sdk'
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { LostPage } from '../error-pages.tsx'
import type { LastScope } from '../last-scope.ts'

export interface RouterContext {
  api: AvowClient
  queries: QueryClient
  lastScope: LastScope
}

export const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: LostPage })
