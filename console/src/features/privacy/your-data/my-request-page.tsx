import '../privacy.css'
import { Button, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { MyRequestDetail } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Page, PageLoading, Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { RequestFacts } from '../request-facts.tsx'
import { requestWords } from '../request-words.ts'

const AppealDialog = ({ request, onClose }: { request: MyRequestDetail; onClose: () => void }) => {
  const api = useApi()
  const navigate = useNavigate()
  const [details, setDetails] = useState('')
  const params = { path: { requestId: request.id } }
  const appeal = useAct(
    (body: { details: string }, header) =>
      answer(api.POST('/api/v1/me/requests/{requestId}/appeal', { params: { ...params, header }, body })),
    {
      changes: [['my-requests'], ['my-request', request.id]],
      onDone: ({ id }) => {
        onClose()
        void navigate({ to: '/your-data/requests/$requestId', params: { requestId: id } })
      },
    },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Appeal against the refusal"
      act="Appeal"
      busy={appeal.isPending}
      error={appeal.error}
      cli={avowLine('privacy', 'appeal', request.id, '--details', details || 'WHY')}
      call={{ method: 'POST', path: `/api/v1/me/requests/${request.id}/appeal`, body: { details } }}
      onSubmit={() => appeal.mutate({ details: details.trim() })}
    >
      <p>Another person decides than the one who refused. You can appeal once.</p>
      <Textarea
        label="Why the refusal is wrong"
        autosize
        minRows={3}
        maxLength={2000}
        data-autofocus
        value={details}
        error={fieldErrors(appeal.error)['details']}
        onChange={(event) => setDetails(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** One of one's own requests, with what was answered and why. */
export const MyRequestPage = () => {
  const api = useApi()
  const { requestId } = useParams({ from: '/signed-in/your-data/requests/$requestId' })
  const [appealing, setAppealing] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['my-request', requestId],
    queryFn: () => answer(api.GET('/api/v1/me/requests/{requestId}', { params: { path: { requestId } } })),
  })
  const mayAppeal = data?.state === 'denied' && !data.appealed && data.appealOf === null
  return (
    <Page
      title={data === undefined ? 'Request' : requestWords[data.kind]}
      about={<Link to="/your-data">Your data</Link>}
      actions={mayAppeal && <Button onClick={() => setAppealing(true)}>Appeal</Button>}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <RequestFacts request={data} />
          {data.appealed && data.appealGrantedAt === null && (
            <p className="soft">You appealed against the refusal; the appeal is a request of its own.</p>
          )}
          {data.appealOf !== null && (
            <Section title="Against">
              <Link to="/your-data/requests/$requestId" params={{ requestId: data.appealOf }}>
                The request that was refused
              </Link>
            </Section>
          )}
        </>
      )}
      <SameAct
        cli={avowLine('privacy', 'request', requestId)}
        call={{ method: 'GET', path: `/api/v1/me/requests/${requestId}` }}
      />
      {appealing && data !== undefined && <AppealDialog request={data} onClose={() => setAppealing(false)} />}
    </Page>
  )
}
