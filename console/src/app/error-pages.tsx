import { Button } from '@mantine/core'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ProblemNotice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { PartMissing } from './lazy-page.ts'

/** The page could not be shown: says why, and offers to try again. */
export const ErrorPage = ({ error, reset }: ErrorComponentProps) => {
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  useEffect(() => queries.reset(), [queries])
  const again = () => {
    reset()
    void router.invalidate()
  }
  if (error instanceof PartMissing)
    return (
      <Page title="This page could not be fetched">
        <p>The console was updated on the server, or the line broke. Nothing was lost.</p>
        <div>
          <Button onClick={() => location.reload()}>Reload</Button>
        </div>
      </Page>
    )
  return (
    <Page title="This page could not be shown">
      <ProblemNotice error={error} again={again} />
    </Page>
  )
}

/** No such page, or nothing here that this person may see. */
export const NotFoundPage = () => (
  <Page
    title="There is no such page"
    about="The address may be mistyped, or what it shows belongs to another organisation: both look like this."
  >
    <div>
      <Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the overview</Button>
    </div>
  </Page>
)

/** The same for an address outside the console's frame. */
export const LostPage = () => (
  <main className="lone">
    <NotFoundPage />
  </main>
)

/** The same when the frame itself could not be shown. */
export const LostErrorPage = (props: ErrorComponentProps) => (
  <main className="lone">
    <ErrorPage {...props} />
  </main>
)
