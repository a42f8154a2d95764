import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../lazy-page.ts'
import { createSearchOf, requestSearchOf, textSearch, trainingSearchOf } from '../search.ts'
import { signedIn } from './signed-in-route.ts'

/* Pages of the privacy officer. */
export const officer = createRoute({
  getParentRoute: () => signedIn,
  id: 'officer',
  component: lazyPage(() => import('../../features/privacy/officer/officer-only.tsx'), 'OfficerOnly'),
})
export const requests = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/requests',
  validateSearch: requestSearchOf,
  component: lazyPage(() => import('../../features/privacy/officer/requests-page.tsx'), 'RequestsPage'),
})
export const request = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/requests/$requestId',
  component: lazyPage(() => import('../../features/privacy/officer/request-page.tsx'), 'RequestPage'),
})
export const messages = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/messages',
  component: lazyPage(() => import('../../features/privacy/officer/messages-page.tsx'), 'MessagesPage'),
})
export const people = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/people',
  validateSearch: textSearch('person'),
  component: lazyPage(() => import('../../features/privacy/officer/people-page.tsx'), 'PeoplePage'),
})
export const notices = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/notices',
  validateSearch: createSearchOf,
  component: lazyPage(() => import('../../features/privacy/officer/notices-page.tsx'), 'NoticesPage'),
})
export const accesses = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/access',
  component: lazyPage(() => import('../../features/privacy/officer/accesses-page.tsx'), 'AccessesPage'),
})
export const processors = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/processors',
  component: lazyPage(() => import('../../features/privacy/officer/processors-page.tsx'), 'ProcessorsPage'),
})
export const processor = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/processors/$processorId',
  component: lazyPage(() => import('../../features/privacy/officer/processor-page.tsx'), 'ProcessorPage'),
})
export const plans = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/plans',
  validateSearch: createSearchOf,
  component: lazyPage(() => import('../../features/privacy/officer/plans-page.tsx'), 'PlansPage'),
})
export const plan = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/plans/$organisationId',
  component: lazyPage(() => import('../../features/privacy/officer/plan-page.tsx'), 'PlanPage'),
})
export const training = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/training',
  validateSearch: trainingSearchOf,
  component: lazyPage(() => import('../../features/privacy/training/training-page.tsx'), 'TrainingPage'),
})
export const closedOrganisations = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/closed-organisations',
  component: lazyPage(
    () => import('../../features/privacy/officer/closed-organisations-page.tsx'),
    'ClosedOrganisationsPage',
  ),
})
export const authorities = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/authorities',
  validateSearch: createSearchOf,
  component: lazyPage(() => import('../../features/privacy/officer/authorities-page.tsx'), 'AuthoritiesPage'),
})
export const authority = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/authorities/$authorityRequestId',
  component: lazyPage(() => import('../../features/privacy/officer/authority-page.tsx'), 'AuthorityPage'),
})
export const holds = createRoute({
  getParentRoute: () => officer,
  path: '/privacy/holds',
  validateSearch: createSearchOf,
  component: lazyPage(() => import('../../features/privacy/officer/holds-page.tsx'), 'HoldsPage'),
})
export const alerts = createRoute({
  getParentRoute: () => officer,
  path: '/operate/alerts',
  validateSearch: textSearch('state'),
  component: lazyPage(() => import('../../features/operate/alerts-page.tsx'), 'AlertsPage'),
})

/* Pages of everyone on the staff. */
export const staffPrivacy = createRoute({
  getParentRoute: () => signedIn,
  id: 'staff-privacy',
  component: lazyPage(() => import('../../features/privacy/officer/officer-only.tsx'), 'AnyStaff'),
})
export const attestations = createRoute({
  getParentRoute: () => staffPrivacy,
  path: '/privacy/attestations',
  component: lazyPage(() => import('../../features/privacy/officer/attestations-page.tsx'), 'AttestationsPage'),
})
export const operate = createRoute({
  getParentRoute: () => signedIn,
  path: '/operate',
  component: lazyPage(() => import('../../features/operate/staff-only.tsx'), 'StaffOnly'),
})
export const outbox = createRoute({
  getParentRoute: () => operate,
  path: '/outbox',
  validateSearch: textSearch('to'),
  component: lazyPage(() => import('../../features/operate/outbox-page.tsx'), 'OutboxPage'),
})
export const backups = createRoute({
  getParentRoute: () => operate,
  path: '/backups',
  component: lazyPage(() => import('../../features/operate/backups-page.tsx'), 'BackupsPage'),
})
export const gateways = createRoute({
  getParentRoute: () => operate,
  path: '/gateways',
  component: lazyPage(() => import('../../features/operate/gateways-page.tsx'), 'GatewaysPage'),
})
export const operateLive = createRoute({
  getParentRoute: () => operate,
  path: '/live',
  component: lazyPage(() => import('../../features/live/live-page.tsx'), 'CloudLivePage'),
})
export const operateModels = createRoute({
  getParentRoute: () => operate,
  path: '/models',
  component: lazyPage(() => import('../../features/operate/operate-models-page.tsx'), 'OperateModelsPage'),
})
export const pool = createRoute({
  getParentRoute: () => operate,
  path: '/models/$modelId',
  component: lazyPage(() => import('../../features/operate/pool-page.tsx'), 'PoolPage'),
})
export const balances = createRoute({
  getParentRoute: () => operate,
  path: '/balances',
  component: lazyPage(() => import('../../features/operate/balances-page.tsx'), 'BalancesPage'),
})
export const operateStaff = createRoute({
  getParentRoute: () => operate,
  path: '/staff',
  component: lazyPage(() => import('../../features/operate/staff-page.tsx'), 'StaffPage'),
})
export const vault = createRoute({
  getParentRoute: () => operate,
  path: '/vault',
  component: lazyPage(() => import('../../features/operate/vault-page.tsx'), 'VaultPage'),
})
