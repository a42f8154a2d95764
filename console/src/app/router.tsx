import { createRouter } from '@tanstack/react-router'
import { PageLoading } from '../ui/page.tsx'
import { ErrorPage, NotFoundPage } from './error-pages.tsx'
import * as entries from './routes/entry-routes.ts'
import * as privacy from './routes/privacy-routes.ts'
import { type RouterContext, root } from './routes/root-route.ts'
import { signedIn } from './routes/signed-in-route.ts'
import * as staff from './routes/staff-routes.ts'
import * as work from './routes/work-routes.ts'

const tree = root.addChildren([
  entries.entry.addChildren([
    entries.signIn,
    entries.signUp,
    entries.verifyEmail,
    entries.confirmEmail,
    entries.undoEmail,
    entries.reopen,
    entries.forgotPassword,
    entries.resetPassword,
    entries.acceptInvitation,
    entries.contact,
  ]),
  entries.receipt,
  signedIn.addChildren([
    work.firstPage,
    work.welcome,
    work.project.addChildren([
      work.overview,
      work.playground,
      work.keys,
      work.batches,
      work.endpoints,
      work.endpoint,
      work.logs,
      work.live,
      work.usage,
    ]),
    work.models,
    work.organisation.addChildren([work.members, work.projects, work.organisationData, work.settings]),
    work.account,
    privacy.yourData,
    privacy.myRequest,
    privacy.myNotices,
    privacy.report,
    privacy.dataMap,
    privacy.processingRecord,
    privacy.retention,
    privacy.evidence,
    privacy.versions,
    staff.staffPrivacy.addChildren([staff.attestations]),
    staff.officer.addChildren([
      staff.requests,
      staff.request,
      staff.people,
      staff.notices,
      staff.accesses,
      staff.processors,
      staff.processor,
      staff.plans,
      staff.plan,
      staff.messages,
      staff.authorities,
      staff.authority,
      staff.holds,
      staff.alerts,
      staff.training,
      staff.closedOrganisations,
    ]),
    staff.operate.addChildren([
      staff.outbox,
      staff.backups,
      staff.gateways,
      staff.operateLive,
      staff.operateModels,
      staff.pool,
      staff.balances,
      staff.operateStaff,
      staff.vault,
    ]),
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
