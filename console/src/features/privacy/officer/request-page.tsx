import '../privacy.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Page, PageLoading } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { RequestFacts } from '../request-facts.tsx'
import { requestWords } from '../request-words.ts'
import { AnswerDialog, DenyDialog, ExtendDialog } from './request-dialogs.tsx'

/** One request of a person: its words, its clock, and what an officer can do about it. */
export const RequestPage = () => {
  const api = useApi()
  const { requestId } = useParams({ from: '/signed-in/officer/privacy/requests/$requestId' })
  const [open, setOpen] = useState<'answer' | 'deny' | 'extend' | null>(null)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['requests', 'one', requestId],
    queryFn: () => answer(api.GET('/api/v1/privacy/requests/{requestId}', { params: { path: { requestId } } })),
  })
  const mayAct = data?.finishedAt === null && (data.details !== null || data.kind === 'appeal')
  const close = () => setOpen(null)
  return (
    <Page
      title={data === undefined ? 'Request' : requestWords[data.kind]}
      about={<Link to="/privacy/requests">All requests</Link>}
      actions={
        mayAct && (
          <>
            <Button onClick={() => setOpen('answer')}>{data.kind === 'appeal' ? 'Grant it' : 'Answer'}</Button>
            <Button variant="default" onClick={() => setOpen('deny')}>
              Refuse
            </Button>
            {!data.extended && (
              <Button variant="default" onClick={() => setOpen('extend')}>
                Take longer
              </Button>
            )}
          </>
        )
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <dl className="facts">
            <dt>Whose</dt>
            <dd>{data.personId === null ? 'erased' : <CopyId id={data.personId} />}</dd>
            {data.handledBy !== null && (
              <>
                <dt>Handled by</dt>
                <dd>
                  <CopyId id={data.handledBy} />
                </dd>
              </>
            )}
            {data.appealOf !== null && (
              <>
                <dt>Against</dt>
                <dd>
                  <Link to="/privacy/requests/$requestId" params={{ requestId: data.appealOf }}>
                    the refused request
                  </Link>
                </dd>
              </>
            )}
          </dl>
          <RequestFacts request={data} />
        </>
      )}
      <SameAct
        cli={avowLine('privacy', 'request', requestId, '--everyone')}
        call={{ method: 'GET', path: `/api/v1/privacy/requests/${requestId}` }}
      />
      {open === 'answer' && <AnswerDialog requestId={requestId} onClose={close} />}
      {open === 'deny' && <DenyDialog requestId={requestId} onClose={close} />}
      {open === 'extend' && <ExtendDialog requestId={requestId} onClose={close} />}
    </Page>
  )
}
