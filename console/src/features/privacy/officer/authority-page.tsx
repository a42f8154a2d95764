import '../privacy.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { AuthorityRequest } from '../../../app/views.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Page, PageLoading } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { AuthorityStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { type AuthorityStep, StepDialog } from './authority-steps.tsx'

const By = ({ who, at }: { who: string | null; at: string | null }) =>
  at === null ? (
    <span className="soft">not yet</span>
  ) : (
    <>
      <When at={at} /> {who !== null && <CopyId short id={who} />}
    </>
  )

const Facts = ({ request }: { request: AuthorityRequest }) => (
  <dl className="facts">
    <dt>State</dt>
    <dd>
      <AuthorityStateBadge state={request.state} />
    </dd>
    <dt>Country</dt>
    <dd>
      {request.country ?? <span className="soft">not recorded</span>}
      {request.safeguard !== null && `, transfer rests on: ${request.safeguard}`}
    </dd>
    <dt>Legal basis</dt>
    <dd>
      {request.legalBasis}
      {request.reference !== null && ` (${request.reference})`}
    </dd>
    <dt>About</dt>
    <dd>
      {request.subjectKind} <CopyId id={request.subjectId} />
    </dd>
    <dt>Asks for</dt>
    <dd>{request.asked.join(', ')}</dd>
    <dt>Received</dt>
    <dd>
      <By who={request.recordedBy} at={request.receivedAt} />
    </dd>
    {request.dueAt !== null && (
      <>
        <dt>Due</dt>
        <dd className={request.overdue ? 'overdue' : undefined}>
          <When at={request.dueAt} />
        </dd>
      </>
    )}
    <dt>Prepared</dt>
    <dd>
      <By who={request.preparedBy} at={request.preparedAt} />
      {request.proposed !== null && <p>{request.proposed.join(', ')}</p>}
      {request.preparedNote !== null && <p className="as-written small">{request.preparedNote}</p>}
    </dd>
    <dt>Reviewed</dt>
    <dd>
      <By who={request.reviewedBy} at={request.reviewedAt} />
      {request.decision !== null && (
        <p>
          {request.decision}: {request.approved?.join(', ')}
        </p>
      )}
      {request.decisionReason !== null && <p className="as-written small">{request.decisionReason}</p>}
    </dd>
    <dt>Customer</dt>
    <dd>
      {request.toldAt === null ? (
        <span className="soft">not told</span>
      ) : (
        <>
          told <When at={request.toldAt} />
        </>
      )}
      {request.silence !== null && (
        <p>
          Silent, {request.silence.ground.replaceAll('-', ' ')}; look again <When at={request.silence.reviewAt} />
        </p>
      )}
    </dd>
    <dt>Handed out</dt>
    <dd>
      <By who={request.handedOutBy} at={request.handedOutAt} />
      {request.packageSha256 !== null && (
        <p className="small">
          SHA-256 <code>{request.packageSha256}</code>
        </p>
      )}
    </dd>
  </dl>
)

const stepsOf = ({ state, toldAt }: AuthorityRequest): { step: AuthorityStep; name: string }[] => {
  if (state === 'closed') return []
  return [
    ...(state === 'received' || state === 'prepared' ? [{ step: 'prepare', name: 'Prepare' } as const] : []),
    ...(state === 'prepared' ? [{ step: 'review', name: 'Review' } as const] : []),
    ...(state === 'approved' ? [{ step: 'hand-out', name: 'Hand out' } as const] : []),
    ...(toldAt === null
      ? [
          { step: 'tell', name: 'Tell the customer' } as const,
          { step: 'silence', name: 'Stay silent for now' } as const,
        ]
      : []),
    ...(state === 'refused' || state === 'handed-out' ? [{ step: 'close', name: 'Close' } as const] : []),
  ]
}

/** One request of an authority, step by step. */
export const AuthorityPage = () => {
  const api = useApi()
  const { authorityRequestId } = useParams({ from: '/signed-in/officer/privacy/authorities/$authorityRequestId' })
  const [step, setStep] = useState<AuthorityStep | null>(null)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['authorities', authorityRequestId],
    queryFn: () =>
      answer(
        api.GET('/api/v1/privacy/authority-requests/{authorityRequestId}', {
          params: { path: { authorityRequestId } },
        }),
      ),
  })
  return (
    <Page
      title={data?.authority ?? 'Request of an authority'}
      about={
        <Link to="/privacy/authorities" search={{}}>
          All requests of authorities
        </Link>
      }
      actions={
        data !== undefined &&
        stepsOf(data).map((one, at) => (
          <Button key={one.step} variant={at === 0 ? 'filled' : 'default'} onClick={() => setStep(one.step)}>
            {one.name}
          </Button>
        ))
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && <Facts request={data} />}
      <SameAct
        cli={avowLine('disclosure', 'show', authorityRequestId)}
        call={{ method: 'GET', path: `/api/v1/privacy/authority-requests/${authorityRequestId}` }}
      />
      {step !== null && data !== undefined && <StepDialog step={step} request={data} onClose={() => setStep(null)} />}
    </Page>
  )
}
