import type { AvowClient } from '@avow/sdk'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { PageLoading } from '../ui/page.tsx'
import { ErrorPage, LostErrorPage, LostPage, NotFoundPage } from './error-pages.tsx'
import type { LastScope } from './last-scope.ts'
import { lazyPage } from './lazy-page.ts'
import { hasCode } from './problem.ts'
import { keysQuery, meQuery, metaQuery, modelsQuery, projectQuery, projectsQuery, reportQuery } from './queries.ts'
import { keySearchOf, overviewSearchOf, textSearch, usageSearchOf } from './search.ts'

export interface RouterContext {
  api: AvowClient
  queries: QueryClient
  lastScope: LastScope
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: LostPage })

/* Pages for people who are not signed in. */
const identity = () => import('../features/identity/entry-pages.tsx')
const entry = createRoute({
  getParentRoute: () => root,
  id: 'entry',
  component: lazyPage(identity, 'EntryFrame'),
})
const tokenSearch = textSearch('token')
const nextSearch = textSearch('next')
const verifySearch = textSearch('token', 'invitation')
const signIn = createRoute({
  getParentRoute: () => entry,
  path: '/sign-in',
  validateSearch: nextSearch,
  component: lazyPage(identity, 'SignInPage'),
})
const signUp = createRoute({
  getParentRoute: () => entry,
  path: '/sign-up',
  validateSearch: nextSearch,
  loader: ({ context }) => context.queries.prefetchQuery(metaQuery(context.api)),
  component: lazyPage(identity, 'SignUpPage'),
})
const verifyEmail = createRoute({
  getParentRoute: () => entry,
  path: '/verify-email',
  validateSearch: verifySearch,
  component: lazyPage(identity, 'VerifyEmailPage'),
})
const forgotPassword = createRoute({
  getParentRoute: () => entry,
  path: '/forgot-password',
  component: lazyPage(identity, 'ForgotPasswordPage'),
})
const resetPassword = createRoute({
  getParentRoute: () => entry,
  path: '/reset-password',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'ResetPasswordPage'),
})
const acceptInvitation = createRoute({
  getParentRoute: () => entry,
  path: '/invitations/accept',
  validateSearch: tokenSearch,
  component: lazyPage(identity, 'AcceptInvitationPage'),
})

/* Everything else needs a person. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(meQuery(context.api))
    } catch (error) {
      if (hasCode(error, 'not_signed_in')) throw redirect({ to: '/sign-in', search: { next: location.href } })
      throw error
    }
  },
  component: lazyPage(() => import('./shell/shell.tsx'), 'Shell'),
  errorComponent: LostErrorPage,
})

const firstPage = createRoute({
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
const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: '/welcome',
  component: lazyPage(() => import('../features/identity/welcome-page.tsx'), 'WelcomePage'),
})

const project = createRoute({
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
const overview = createRoute({
  getParentRoute: () => project,
  path: '/',
  validateSearch: overviewSearchOf,
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../features/overview/overview-page.tsx'), 'OverviewPage'),
})
const playground = createRoute({
  getParentRoute: () => project,
  path: '/playground',
  validateSearch: textSearch('model'),
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../features/inference/playground-page.tsx'), 'PlaygroundPage'),
})
const keys = createRoute({
  getParentRoute: () => project,
  path: '/keys',
  validateSearch: keySearchOf,
  loader: ({ context, params }) =>
    context.queries.prefetchInfiniteQuery(keysQuery(context.api, params.projectId, { kind: 'api' })),
  component: lazyPage(() => import('../features/identity/keys-page.tsx'), 'KeysPage'),
})
const usage = createRoute({
  getParentRoute: () => project,
  path: '/usage',
  validateSearch: usageSearchOf,
  component: lazyPage(() => import('../features/usage/usage-page.tsx'), 'UsagePage'),
})
const models = createRoute({
  getParentRoute: () => signedIn,
  path: '/models',
  validateSearch: textSearch('search'),
  loader: ({ context }) => context.queries.prefetchQuery(modelsQuery(context.api)),
  component: lazyPage(() => import('../features/inference/models-page.tsx'), 'ModelsPage'),
})

const organisation = createRoute({
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
const members = createRoute({
  getParentRoute: () => organisation,
  path: '/members',
  component: lazyPage(() => import('../features/identity/members-page.tsx'), 'MembersPage'),
})
const projects = createRoute({
  getParentRoute: () => organisation,
  path: '/projects',
  component: lazyPage(() => import('../features/identity/projects-page.tsx'), 'ProjectsPage'),
})
const settings = createRoute({
  getParentRoute: () => organisation,
  path: '/settings',
  component: lazyPage(() => import('../features/identity/organisation-settings-page.tsx'), 'OrganisationSettingsPage'),
})

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyPage(() => import('../features/identity/account-page.tsx'), 'AccountPage'),
})

const report = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/report',
  validateSearch: textSearch('search', 'state'),
  loader: ({ context }) => context.queries.prefetchQuery(reportQuery(context.api)),
  component: lazyPage(() => import('../features/privacy/report-page.tsx'), 'ReportPage'),
})
const dataMap = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/data-map',
  validateSearch: textSearch('search', 'category'),
  component: lazyPage(() => import('../features/privacy/data-map-page.tsx'), 'DataMapPage'),
})
const retention = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/retention',
  component: lazyPage(() => import('../features/privacy/retention-page.tsx'), 'RetentionPage'),
})

const operate = createRoute({
  getParentRoute: () => signedIn,
  path: '/operate',
  component: lazyPage(() => import('../features/operate/staff-only.tsx'), 'StaffOnly'),
})
const outbox = createRoute({
  getParentRoute: () => operate,
  path: '/outbox',
  validateSearch: textSearch('to'),
  component: lazyPage(() => import('../features/operate/outbox-page.tsx'), 'OutboxPage'),
})
const operateModels = createRoute({
  getParentRoute: () => operate,
  path: '/models',
  component: lazyPage(() => import('../features/operate/operate-models-page.tsx'), 'OperateModelsPage'),
})
const operateStaff = createRoute({
  getParentRoute: () => operate,
  path: '/staff',
  component: lazyPage(() => import('../features/operate/staff-page.tsx'), 'StaffPage'),
})

const tree = root.addChildren([
  entry.addChildren([signIn, signUp, verifyEmail, forgotPassword, resetPassword, acceptInvitation]),
  signedIn.addChildren([
    firstPage,
    welcome,
    project.addChildren([overview, playground, keys, usage]),
    models,
    organisation.addChildren([members, projects, settings]),
    account,
    report,
    dataMap,
    retention,
    operate.addChildren([outbox, operateModels, operateStaff]),
  ]),
])

export const createConsoleRouter = (context: RouterContext) =>
  createRouter({
    routeTree: tree,
    context,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PageLoading,
    defaultPendingMs: 200,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
