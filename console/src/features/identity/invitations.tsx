import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Invitation } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { type Column, MoreRows, Rows } from '../../ui/rows.tsx'
import { InvitationStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const columns: readonly Column<Invitation>[] = [
  { name: 'Email', show: (invitation) => <span className="row-name">{invitation.email}</span> },
  { name: 'Role', show: (invitation) => invitation.role },
  { name: 'State', show: (invitation) => <InvitationStateBadge state={invitation.state} /> },
  { name: 'Sent', show: (invitation) => <When at={invitation.createdAt} /> },
  { name: 'Ends', show: (invitation) => <When at={invitation.expiresAt} /> },
]

const RevokeDialog = ({
  organisationId,
  invitation,
  onClose,
}: {
  organisationId: string
  invitation: Invitation
  onClose: () => void
}) => {
  const api = useApi()
  const revoke = useAct(
    () =>
      answer(
        api.DELETE('/api/v1/organisations/{organisationId}/invitations/{invitationId}', {
          params: { path: { organisationId, invitationId: invitation.id } },
        }),
      ),
    { changes: [['invitations', organisationId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Revoke the invitation of ${invitation.email}`}
      act="Revoke invitation"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      cli={null}
      call={{ method: 'DELETE', path: `/api/v1/organisations/${organisationId}/invitations/${invitation.id}` }}
      onSubmit={() => revoke.mutate(undefined)}
    >
      <p>The link in the mail stops working. You can invite the person again.</p>
    </ActDialog>
  )
}

/** Invitations that were sent. */
export const Invitations = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const [chosen, setChosen] = useState<Invitation | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['invitations', organisationId],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/organisations/{organisationId}/invitations', {
          params: { path: { organisationId }, query: pageParam === null ? {} : { cursor: pageParam } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const invitations = query.data?.pages.flatMap((page) => page.items) ?? []
  const acts: Column<Invitation> = {
    name: 'Acts',
    quiet: true,
    show: (invitation) =>
      invitation.state === 'pending' && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setChosen(invitation)}>
            Revoke<span className="only-read"> the invitation of {invitation.email}</span>
          </Button>
        </div>
      ),
  }
  return (
    <Section title="Invitations">
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.data !== undefined && invitations.length === 0 && (
        <Empty title="Nobody is invited">
          Invite a person by email: the link in the mail works for that address only.
        </Empty>
      )}
      {invitations.length > 0 && (
        <Rows label="Invitations" columns={[...columns, acts]} rows={invitations} keyOf={({ id }) => id} />
      )}
      <MoreRows query={query} />
      {chosen !== null && (
        <RevokeDialog organisationId={organisationId} invitation={chosen} onClose={() => setChosen(null)} />
      )}
    </Section>
  )
}
