import { createRoute, redirect } from '@tanstack/react-router'
import { LostErrorPage } from '../error-pages.tsx'
import { lazyPage } from '../lazy-page.ts'
import { hasCode } from '../problem.ts'
import { meQuery } from '../queries.ts'
import { root } from './root-route.ts'

/* Everything else needs a person. */
export const signedIn = createRoute({
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
  component: lazyPage(() => import('../shell/shell.tsx'), 'Shell'),
  errorComponent: LostErrorPage,
})
