import { createRoute, notFound, redirect } from '@tanstack/react-router'
import { lazyPage } from '../lazy-page.ts'
import { hasCode } from '../problem.ts'
import { keysQuery, meQuery, modelsQuery, projectQuery, projectsQuery } from '../queries.ts'
import { keySearchOf, liveSearchOf, overviewSearchOf, textSearch, usageSearchOf } from '../search.ts'
import { signedIn } from './signed-in-route.ts'

export const firstPage = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { api, queries, lastScope } = context
    const me = await queries.ensureQueryData(meQuery(api))
    const last = lastScope.get()
    const organisation = me.organisations.find(({ id }) => id === last.organisationId) ?? me.organisations[0]
    if (organisation === undefined) throw redirect({ to: '/welcome' })
    const { items } = await queries.ensureQueryData(projectsQuery(api, organisation.id))
    const project = items.find(({ id }) => id === last.projectId) ?? items[0]
    if (project === undefined)
      throw redirect({ to: '/organisations/$organisationId/projects', params: { organisationId: organisation.id } })
    throw redirect({ to: '/projects/$projectId', params: { projectId: project.id }, replace: true })
  },
})
export const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: '/welcome',
  component: lazyPage(() => import('../../features/identity/welcome-page.tsx'), 'WelcomePage'),
})

export const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId',
  loader: async ({ context, params }) => {
    const { api, queries, lastScope } = context
    const found = await queries.ensureQueryData(projectQuery(api, params.projectId)).catch((error: unknown) => {
      if (hasCode(error, 'not_found')) throw notFound()
      throw error
    })
    lastScope.set({ organisationId: found.organisationId, projectId: found.id })
  },
})
export const overview = createRoute({
  getParentRoute: () => project,
  path: '/',
  validateSearch: overviewSearchOf,
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../../features/overview/overview-page.tsx'), 'OverviewPage'),
})
export const playground = createRoute({
  getParentRoute: () => project,
  path: '/playground',
  validateSearch: textSearch('model'),
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../../features/inference/playground-page.tsx'), 'PlaygroundPage'),
})
export const keys = createRoute({
  getParentRoute: () => project,
  path: '/keys',
  validateSearch: keySearchOf,
  loader: ({ context, params }) =>
    context.queries.prefetchInfiniteQuery(keysQuery(context.api, params.projectId, { kind: 'api' })),
  component: lazyPage(() => import('../../features/identity/keys-page.tsx'), 'KeysPage'),
})
export const logs = createRoute({
  getParentRoute: () => project,
  path: '/logs',
  validateSearch: textSearch('key', 'model', 'operation', 'status', 'outcome', 'id'),
  component: lazyPage(() => import('../../features/inference/logs-page.tsx'), 'LogsPage'),
})
export const batches = createRoute({
  getParentRoute: () => project,
  path: '/batches',
  validateSearch: textSearch('create'),
  component: lazyPage(() => import('../../features/inference/batches/batches-page.tsx'), 'BatchesPage'),
})
export const endpoints = createRoute({
  getParentRoute: () => project,
  path: '/endpoints',
  validateSearch: textSearch('create'),
  component: lazyPage(() => import('../../features/inference/endpoints/endpoints-page.tsx'), 'EndpointsPage'),
})
export const endpoint = createRoute({
  getParentRoute: () => project,
  path: '/endpoints/$endpointId',
  component: lazyPage(() => import('../../features/inference/endpoints/endpoint-page.tsx'), 'EndpointPage'),
})
export const usage = createRoute({
  getParentRoute: () => project,
  path: '/usage',
  validateSearch: usageSearchOf,
  component: lazyPage(() => import('../../features/usage/usage-page.tsx'), 'UsagePage'),
})
export const live = createRoute({
  getParentRoute: () => project,
  path: '/live',
  validateSearch: liveSearchOf,
  component: lazyPage(() => import('../../features/live/live-page.tsx'), 'LivePage'),
})
export const models = createRoute({
  getParentRoute: () => signedIn,
  path: '/models',
  validateSearch: textSearch('search'),
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../../features/inference/models-page.tsx'), 'ModelsPage'),
})

export const organisation = createRoute({
  getParentRoute: () => signedIn,
  path: '/organisations/$organisationId',
  loader: async ({ context, params }) => {
    const { api, queries, lastScope } = context
    const me = await queries.ensureQueryData(meQuery(api))
    if (!me.organisations.some(({ id }) => id === params.organisationId)) throw notFound()
    const last = lastScope.get()
    if (last.organisationId === params.organisationId) return
    const { items } = await queries.ensureQueryData(projectsQuery(api, params.organisationId))
    lastScope.set({ organisationId: params.organisationId, projectId: items[0]?.id ?? null })
  },
})
export const members = createRoute({
  getParentRoute: () => organisation,
  path: '/members',
  component: lazyPage(() => import('../../features/identity/members-page.tsx'), 'MembersPage'),
})
export const projects = createRoute({
  getParentRoute: () => organisation,
  path: '/projects',
  component: lazyPage(() => import('../../features/identity/projects-page.tsx'), 'ProjectsPage'),
})
export const organisationData = createRoute({
  getParentRoute: () => organisation,
  path: '/data',
  component: lazyPage(
    () => import('../../features/privacy/organisation/organisation-data-page.tsx'),
    'OrganisationDataPage',
  ),
})
export const settings = createRoute({
  getParentRoute: () => organisation,
  path: '/settings',
  component: lazyPage(
    () => import('../../features/identity/organisation-settings-page.tsx'),
    'OrganisationSettingsPage',
  ),
})

export const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyPage(() => import('../../features/identity/account-page.tsx'), 'AccountPage'),
})
