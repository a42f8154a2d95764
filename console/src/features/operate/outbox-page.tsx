import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { Mail } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { MoreRows } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { MailItem } from './mail-item.tsx'
import './outbox.css'

const useOutbox = (to: string | undefined) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['outbox', to],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/operate/outbox', {
          params: { query: { limit: 25, ...(to ? { to } : {}), ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
}

/** Mail that this cloud wrote: read it here while no mail server is configured. */
export const OutboxPage = () => {
  const { to } = useSearch({ from: '/signed-in/operate/outbox' })
  const navigate = useNavigate({ from: '/operate/outbox' })
  const query = useOutbox(to)
  const mails: Mail[] = query.data?.pages.flatMap((page) => page.items) ?? []
  const search = useDebouncedCallback(
    (text: string) => void navigate({ search: { to: text || undefined }, replace: true }),
    200,
  )
  return (
    <Page
      title="Outbox"
      about="Mail that this cloud wrote. Without a mail server it is held here, and its links work. Mail to others opens for a stated reason."
    >
      <search className="filters">
        <TextInput
          className="grow"
          label="To"
          type="search"
          placeholder="Address"
          defaultValue={to ?? ''}
          onChange={(event) => search(event.currentTarget.value.trim())}
        />
      </search>
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {query.data !== undefined && mails.length === 0 && (
        <Empty title={to ? 'No mail to that address' : 'No mail yet'}>
          {to
            ? 'Write the whole address.'
            : 'Mail appears here when someone signs up, is invited or resets a password.'}
        </Empty>
      )}
      <ul className="mails" aria-label="Mail">
        {mails.map((mail) => (
          <MailItem key={mail.id} mail={mail} />
        ))}
      </ul>
      <MoreRows query={query} />
      <SameAct
        cli={avowLine('outbox', 'list', ...(to ? ['--to', to] : []))}
        call={{ method: 'GET', path: `/api/v1/operate/outbox${to ? `?to=${encodeURIComponent(to)}` : ''}` }}
      />
    </Page>
  )
}
