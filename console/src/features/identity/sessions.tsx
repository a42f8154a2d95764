import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Session } from '../../app/views.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { type Column, MoreRows, Rows } from '../../ui/rows.tsx'
import { When } from '../../ui/when.tsx'
import { deviceOf } from './device.ts'

const columns: readonly Column<Session>[] = [
  {
    name: 'Where',
    show: (session) => (
      <div className="stack-tight">
        <span className="row-name">
          {deviceOf(session.userAgent)} {session.current && <span className="tag">this one</span>}
        </span>
        <span className="small soft num">{session.ipAddress ?? 'address not kept'}</span>
      </div>
    ),
  },
  { name: 'Signed in', show: (session) => <When at={session.createdAt} /> },
  { name: 'Last seen', show: (session) => <When at={session.lastSeenAt} /> },
  { name: 'Ends', show: (session) => <When at={session.expiresAt} /> },
]

const EndButton = ({ session }: { session: Session }) => {
  const api = useApi()
  const end = useAct(
    () => answer(api.DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId: session.id } } })),
    { changes: [['sessions']] },
  )
  return (
    <div className="row-actions">
      <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>
        End<span className="only-read"> the session on {deviceOf(session.userAgent)}</span>
      </Button>
    </div>
  )
}

/** One's sessions: see where one is signed in, and end any of them. */
export const Sessions = () => {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: ['sessions'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/me/sessions', {
          params: { query: { limit: 25, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const endOthers = useAct(() => answer(api.POST('/api/v1/me/sessions/end-others')), { changes: [['sessions']] })
  const sessions = query.data?.pages.flatMap((page) => page.items) ?? []
  const acts: Column<Session> = {
    name: 'Acts',
    quiet: true,
    show: (session) => !session.current && <EndButton session={session} />,
  }
  return (
    <Section
      title="Sessions"
      about="Where you are signed in. End what you do not know, then change the password."
      actions={
        sessions.length > 1 && (
          <Button size="xs" variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>
            End all others
          </Button>
        )
      }
    >
      <ProblemNotice error={query.error ?? endOthers.error} again={() => void query.refetch()} />
      <Rows label="Sessions" columns={[...columns, acts]} rows={sessions} keyOf={({ id }) => id} />
      <MoreRows query={query} />
    </Section>
  )
}
