import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { myNoticesQuery } from '../../../app/queries.ts'
import { useAct } from '../../../app/use-act.ts'
import type { MyNotice } from '../../../app/views.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../../ui/page.tsx'
import { MoreRows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { noticeKinds } from '../notice-words.ts'

const Item = ({ notice }: { notice: MyNotice }) => {
  const api = useApi()
  const params = { path: { noticeId: notice.id } }
  const dismiss = useAct(() => answer(api.POST('/api/v1/me/notices/{noticeId}/dismiss', { params })), {
    changes: [['my-notices']],
  })
  return (
    <li>
      <article className="stack-tight" aria-label={notice.subject}>
        <h2>{notice.subject}</h2>
        <p className="small soft">
          {noticeKinds[notice.kind]}, <When at={notice.toldAt} />
        </p>
        <p className="as-written">{notice.body}</p>
        {notice.dismissedAt === null && (
          <div>
            <Button size="xs" variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate(undefined)}>
              I have read it<span className="only-read">: {notice.subject}</span>
            </Button>
          </div>
        )}
        <ProblemNotice error={dismiss.error} />
      </article>
    </li>
  )
}

/** What the person was told: new versions of the policy, business transfers, announcements. */
export const MyNoticesPage = () => {
  const query = useInfiniteQuery(myNoticesQuery(useApi()))
  const notices = query.data?.pages.flatMap(({ items }) => items)
  return (
    <Page
      title="Your notices"
      about="What this cloud told you, also by mail: new versions of its policy, and what you need to know."
    >
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {notices?.length === 0 && (
        <Empty title="You were told nothing yet">When the policy changes, you read it here before it holds.</Empty>
      )}
      <ul className="plain-list notices">
        {notices?.map((notice) => (
          <Item key={notice.id} notice={notice} />
        ))}
      </ul>
      <MoreRows query={query} />
      <SameAct cli="avow notice mine" call={{ method: 'GET', path: '/api/v1/me/notices' }} />
    </Page>
  )
}
