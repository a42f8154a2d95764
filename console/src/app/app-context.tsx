import type { AvowClient } from '@avow/sdk'
import { createContext, use } from 'react'
import type { LastScope } from './last-scope.ts'
import type { Reach } from './reach.ts'

/** What every page may use: the API, whether the server answers, and the project that was looked at last. */
export interface AppParts {
  api: AvowClient
  reach: Reach
  lastScope: LastScope
}

const AppContext = createContext<AppParts | null>(null)
export const AppProvider = AppContext.Provider

export const useApp = (): AppParts => {
  const parts = use(AppContext)
  if (parts === null) throw new Error('useApp is used outside AppProvider.')
  return parts
}

export const useApi = (): AvowClient => useApp().api
