import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer, hasCode } from '../../app/problem.ts'
import { meQuery, projectsQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'

const SignInFirst = () => {
  const next = useLocation({ select: (location) => location.href })
  return (
    <Page title="You are invited" about="Sign in with the invited address, or create an account for it, to accept.">
      <div className="stack">
        <Button renderRoot={(props) => <Link to="/sign-in" search={{ next }} {...props} />}>Sign in</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/sign-up" search={{ next }} {...props} />}>
          Create an account
        </Button>
        <p className="small soft">The mail that confirms your address leads back here.</p>
      </div>
    </Page>
  )
}

/** Where the link of an invitation leads. */
export const AcceptInvitationPage = () => {
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { token } = useSearch({ from: '/entry/invitations/accept' })
  const me = useQuery(meQuery(api))
  const accept = useAct((body: { token: string }) => answer(api.POST('/api/v1/invitations/accept', { body })), {
    onDone: async (organisation) => {
      await queries.invalidateQueries({ queryKey: ['me'] })
      const { items } = await queries.fetchQuery(projectsQuery(api, organisation.id))
      const first = items[0]
      if (first === undefined)
        await navigate({ to: '/organisations/$organisationId/projects', params: { organisationId: organisation.id } })
      else await navigate({ to: '/projects/$projectId', params: { projectId: first.id }, search: { joined: true } })
    },
  })
  if (token === undefined)
    return (
      <Page title="You are invited">
        <p>This page needs the link of an invitation mail. Ask for a new one if it is incomplete.</p>
      </Page>
    )
  if (hasCode(me.error, 'not_signed_in')) return <SignInFirst />
  return (
    <Page title="You are invited" about={me.data && `Signed in as ${me.data.email}.`}>
      <p>Accepting makes you a member: the organisation’s owners and admins see your name and address.</p>
      <ProblemNotice error={accept.error ?? me.error} />
      <Button loading={accept.isPending} disabled={me.data === undefined} onClick={() => accept.mutate({ token })}>
        Accept the invitation
      </Button>
    </Page>
  )
}
