import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useMe, useRole } from '../../app/use-scope.ts'
import type { Member } from '../../app/views.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { PageLoading } from '../../ui/page.tsx'
import { PersonName } from '../../ui/person-name.tsx'
import { type Column, MoreRows, Rows } from '../../ui/rows.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { ChangeRoleDialog, RemoveMemberDialog } from './member-dialogs.tsx'

const columns: readonly Column<Member>[] = [
  { name: 'Name', show: (member) => <PersonName person={member} /> },
  { name: 'Role', show: (member) => member.role },
  { name: 'Two-step sign-in', show: (member) => <YesNoBadge yes={member.secondFactor} words={['on', 'off']} /> },
  { name: 'Joined', show: (member) => <When at={member.joinedAt} /> },
]

/** The members, and what one may do with each. */
export const MemberRows = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const me = useMe()
  const mayManage = useRole('owner', 'admin')
  const [chosen, setChosen] = useState<{ member: Member; act: 'role' | 'remove' } | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['members', organisationId],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/organisations/{organisationId}/members', {
          params: { path: { organisationId }, query: pageParam === null ? {} : { cursor: pageParam } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  if (query.isPending) return <PageLoading />
  if (query.isError) return <ProblemNotice error={query.error} again={() => void query.refetch()} />
  const acts: Column<Member> = {
    name: 'Acts',
    quiet: true,
    show: (member) => (
      <div className="row-actions">
        {mayManage && (
          <Button size="xs" variant="default" onClick={() => setChosen({ member, act: 'role' })}>
            Change role<span className="only-read"> of {member.name}</span>
          </Button>
        )}
        {(mayManage || member.personId === me.id) && (
          <Button size="xs" variant="default" onClick={() => setChosen({ member, act: 'remove' })}>
            {member.personId === me.id ? 'Leave' : 'Remove'}
            <span className="only-read"> {member.personId === me.id ? 'the organisation' : member.name}</span>
          </Button>
        )}
      </div>
    ),
  }
  const close = () => setChosen(null)
  return (
    <div>
      <Rows
        label="Members"
        columns={[...columns, acts]}
        rows={query.data.pages.flatMap((page) => page.items)}
        keyOf={(member) => member.personId}
      />
      <MoreRows query={query} />
      {chosen?.act === 'role' && (
        <ChangeRoleDialog organisationId={organisationId} member={chosen.member} onClose={close} />
      )}
      {chosen?.act === 'remove' && (
        <RemoveMemberDialog
          organisationId={organisationId}
          member={chosen.member}
          isMe={chosen.member.personId === me.id}
          onClose={close}
        />
      )}
    </div>
  )
}
