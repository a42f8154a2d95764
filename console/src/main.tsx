import './app/mantine-styles.ts'
import './app/app.css'
import { createClient } from '@avow/sdk'
import { MantineProvider } from '@mantine/core'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AppProvider } from './app/app-context.tsx'
import { keepAppearance } from './app/appearance.ts'
import { keepLastScope } from './app/last-scope.ts'
import { hasCode, Refused, Unreachable } from './app/problem.ts'
import { watchReach } from './app/reach.ts'
import { createConsoleRouter } from './app/router.tsx'
import { signedIn } from './app/routes/signed-in-route.ts'
import { cssVariables, theme } from './app/theme.ts'

const start = (root: HTMLElement) => {
  const reach = watchReach({
    isHealthy: async () => (await fetch('/healthz')).ok,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    onBack: () => {
      void queries.invalidateQueries()
      void router.invalidate()
    },
  })
  const signedOut = () => {
    // The page of a receipt is for whoever has its address: an erasure leads there, and ends the session.
    if (!router.matchRoutes(router.latestLocation).some(({ routeId }) => routeId === signedIn.id)) return
    // Nothing of the person who was signed in may stay in memory for the next one.
    queries.clear()
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href }, replace: true })
  }
  const queries = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof Unreachable) reach.reportDown()
        if (hasCode(error, 'not_signed_in') && query.queryKey[0] !== 'me') signedOut()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error) => {
        if (error instanceof Unreachable) reach.reportDown()
        if (hasCode(error, 'not_signed_in')) signedOut()
      },
    }),
    defaultOptions: {
      queries: {
        // A refusal stays one; no answer is asked again once, then the banner takes over.
        retry: (failures, error) => !(error instanceof Refused) && failures < 1,
        staleTime: 5000,
      },
    },
  })
  const api = createClient({ baseUrl: location.origin })
  const lastScope = keepLastScope(localStorage)
  const router = createConsoleRouter({ api, queries, lastScope })
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={keepAppearance(localStorage)}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queries}>
          <AppProvider value={{ api, reach, lastScope }}>
            <RouterProvider router={router} />
          </AppProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

const root = document.getElementById('root')
if (root !== null) start(root)
