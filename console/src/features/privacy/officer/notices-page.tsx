import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { SentNotice } from '../../../app/views.ts'
import { count } from '../../../ui/format.ts'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { noticeKinds } from '../notice-words.ts'
import { AnnounceDialog } from './announce-dialog.tsx'

const columns: readonly Column<SentNotice>[] = [
  {
    name: 'Subject',
    show: ({ subject, body, kind }) => (
      <div className="stack-tight">
        <details>
          <summary className="row-name">{subject}</summary>
          <p className="as-written small">{body}</p>
        </details>
        <span className="small soft">{noticeKinds[kind]}</span>
      </div>
    ),
  },
  {
    name: 'Told',
    numeric: true,
    show: ({ told, accounts, refused }) => (
      <div>
        {count(told)} of {count(accounts)}
        {refused > 0 && (
          <>
            <br />
            <span className="small soft">{count(refused)} refused by the mail gate</span>
          </>
        )}
      </div>
    ),
  },
  {
    name: 'State',
    show: ({ finishedAt }) => (
      <YesNoBadge yes={finishedAt !== null} words={['went to everyone it may go to', 'under way']} />
    ),
  },
  { name: 'Written', show: ({ createdAt }) => <When at={createdAt} /> },
  { name: 'Done', show: ({ finishedAt }) => <When at={finishedAt} none="not yet" /> },
]

/** What every account was told, and how far it is. */
export const NoticesPage = () => {
  const api = useApi()
  const { create } = useSearch({ from: '/signed-in/officer/privacy/notices' })
  const navigate = useNavigate({ from: '/privacy/notices' })
  const query = useInfiniteQuery({
    ...pagesQuery(['notices'], (page) => answer(api.GET('/api/v1/privacy/notices', { params: { query: page } }))),
    refetchInterval: 10_000,
  })
  const write = (open: boolean) => void navigate({ search: { create: open || undefined }, replace: true })
  return (
    <Page
      title="Notices"
      about="What every account was told, by mail and in the console. Each is told once, also when the server is killed meanwhile."
      actions={<Button onClick={() => write(true)}>Announce something</Button>}
    >
      <PagedRows
        label="Notices"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="Nothing was announced yet">
            A new version of the policy announces itself; anything else that all accounts must know you write here.
          </Empty>
        }
      />
      <SameAct cli="avow notice list" call={{ method: 'GET', path: '/api/v1/privacy/notices' }} />
      {create === true && <AnnounceDialog onClose={() => write(false)} />}
    </Page>
  )
}
