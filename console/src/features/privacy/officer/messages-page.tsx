import '../privacy.css'
import { Anchor, Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { metaQuery } from '../../../app/queries.ts'
import { useTakesMessages } from '../../../app/shell/public-pages.ts'
import type { ContactMessage } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { contactName } from '../contact-words.ts'
import { AnswerDialog, CloseDialog } from './message-dialogs.tsx'

type Act = { readonly kind: 'answer' | 'close'; readonly message: ContactMessage }

const Ended = ({ message }: { message: ContactMessage }) => (
  <span className="soft">
    {message.state === 'answered' ? 'answered' : message.closedBecause?.replace('-', ' ')} <When at={message.endedAt} />
  </span>
)

const columnsFor = (act: (next: Act) => void): readonly Column<ContactMessage>[] => [
  {
    name: 'Message',
    show: ({ id, contact, name, email, text, answer: said }) => (
      <div className="stack-tight message">
        <span className="row-name">To: {contactName(contact)}</span>
        <span className="small soft">
          {name !== null && `${name}, `}
          {email} <CopyId short id={id} />
        </span>
        <p className="as-written small">{text}</p>
        {said !== null && (
          <p className="as-written small">
            <strong>Answer:</strong> {said}
          </p>
        )}
      </div>
    ),
  },
  { name: 'Received', show: ({ receivedAt }) => <When at={receivedAt} /> },
  {
    name: 'Due',
    show: (message) =>
      message.state === 'open' ? (
        <span className={message.overdue ? 'overdue' : undefined}>
          {message.overdue && 'late: '}
          <When at={message.dueAt} />
        </span>
      ) : (
        <Ended message={message} />
      ),
  },
  {
    name: 'Acts',
    show: (message) =>
      message.state === 'open' && (
        <div className="stack-tight">
          <Button size="xs" onClick={() => act({ kind: 'answer', message })}>
            Answer
          </Button>
          <Button size="xs" variant="default" onClick={() => act({ kind: 'close', message })}>
            Close
          </Button>
        </div>
      ),
  },
]

/** Where there is no mail server, an answer reaches nobody until the operator hands it on. */
const AnswersHeld = () => {
  const { data: meta } = useQuery(metaQuery(useApi()))
  if (meta?.mail !== 'outbox') return null
  return (
    <Notice kind="info" title="Answers wait in the outbox">
      This cloud has no mail server: what you answer is not sent. The operator hands it on from{' '}
      <Anchor inherit renderRoot={(props) => <Link to="/operate/outbox" search={{}} {...props} />}>
        the outbox
      </Anchor>
      .
    </Notice>
  )
}

/** What people wrote to the contacts of the policy, and by when each wants an answer. */
export const MessagesPage = () => {
  const api = useApi()
  const [act, setAct] = useState<Act | null>(null)
  const query = useInfiniteQuery(
    pagesQuery(['messages'], (page) => answer(api.GET('/api/v1/privacy/messages', { params: { query: page } }))),
  )
  const takesMessages = useTakesMessages()
  const done = () => setAct(null)
  return (
    <Page
      title="Messages"
      about="What people wrote to the contacts that the policy publishes. A message may ask for a right, so it is due as the shortest of them. Nobody verified the address."
    >
      <AnswersHeld />
      <PagedRows
        label="Messages"
        columns={columnsFor(setAct)}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="Nobody has written">
            {takesMessages
              ? 'Anyone can, at /contact, with or without an account.'
              : 'Nobody can: the policy does not say how long inquiries are kept, so this cloud takes no messages.'}
          </Empty>
        }
      />
      <SameAct cli="avow contact messages" call={{ method: 'GET', path: '/api/v1/privacy/messages' }} />
      {act?.kind === 'answer' && <AnswerDialog message={act.message} onClose={done} />}
      {act?.kind === 'close' && <CloseDialog message={act.message} onClose={done} />}
    </Page>
  )
}
