import { Button } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { NotFoundPage } from '../../app/error-pages.tsx'
import { useMe } from '../../app/use-scope.ts'
import type { StaffRole } from '../../app/views.ts'
import { Empty, Page } from '../../ui/page.tsx'

/** Lets staff of these roles through, and only in a session with a second factor; for anyone else there is no page. */
export const StaffDoor = ({
  title,
  roles,
  children,
}: {
  title: string
  roles: readonly StaffRole[]
  children: ReactNode
}) => {
  const me = useMe()
  if (me.staffRole === null || !roles.includes(me.staffRole)) return <NotFoundPage />
  if (me.staffActive) return children
  return (
    <Page title={title}>
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

/** The door of the operator's pages. */
export const StaffOnly = () => (
  <StaffDoor title="Operate" roles={['operator', 'privacy-officer', 'support']}>
    <Outlet />
  </StaffDoor>
)
