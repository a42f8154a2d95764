import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../lazy-page.ts'
import { reportQuery } from '../queries.ts'
import { textSearch } from '../search.ts'
import { signedIn } from './signed-in-route.ts'

/* One's own data, and what everyone may read about the policy. */
export const yourData = createRoute({
  getParentRoute: () => signedIn,
  path: '/your-data',
  component: lazyPage(() => import('../../features/privacy/your-data/your-data-page.tsx'), 'YourDataPage'),
})

export const myRequest = createRoute({
  getParentRoute: () => signedIn,
  path: '/your-data/requests/$requestId',
  component: lazyPage(() => import('../../features/privacy/your-data/my-request-page.tsx'), 'MyRequestPage'),
})
export const myNotices = createRoute({
  getParentRoute: () => signedIn,
  path: '/your-data/notices',
  component: lazyPage(() => import('../../features/privacy/your-data/my-notices-page.tsx'), 'MyNoticesPage'),
})

export const report = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/report',
  validateSearch: textSearch('search', 'state'),
  loader: ({ context }) => context.queries.prefetchQuery(reportQuery(context.api)),
  component: lazyPage(() => import('../../features/privacy/report-page.tsx'), 'ReportPage'),
})
export const dataMap = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/data-map',
  validateSearch: textSearch('search', 'category'),
  component: lazyPage(() => import('../../features/privacy/data-map-page.tsx'), 'DataMapPage'),
})
export const processingRecord = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/processing-record',
  validateSearch: textSearch('search'),
  component: lazyPage(() => import('../../features/privacy/processing-record-page.tsx'), 'ProcessingRecordPage'),
})
export const retention = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/retention',
  component: lazyPage(() => import('../../features/privacy/retention-page.tsx'), 'RetentionPage'),
})

export const evidence = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/evidence',
  component: lazyPage(() => import('../../features/privacy/evidence/evidence-page.tsx'), 'EvidencePage'),
})

export const versions = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/versions',
  component: lazyPage(() => import('../../features/privacy/versions-page.tsx'), 'VersionsPage'),
})
