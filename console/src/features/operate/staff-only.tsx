import { Button } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import { NotFoundPage } from '../../app/error-pages.tsx'
import { useMe } from '../../app/use-scope.ts'
import { Empty, Page } from '../../ui/page.tsx'

/** The door of the operator's pages: staff only, and only in a session with a second factor. */
export const StaffOnly = () => {
  const me = useMe()
  if (me.staffRole === null) return <NotFoundPage />
  if (me.staffActive) return <Outlet />
  return (
    <Page title="Operate">
      <Empty
        title="A second factor is needed here"
        action={
          <Button renderRoot={(props) => <Link to="/account" hash="two-step" {...props} />}>
            Go to two-step sign-in
          </Button>
        }
      >
        {me.secondFactor
          ? 'Two-step sign-in is on, but this session began without it. Sign out and in again with a code.'
          : 'Staff can change what concerns everyone, so a password alone is not enough. Set up two-step sign-in; then this session may go on here.'}
      </Empty>
    </Page>
  )
}
