import '../privacy.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { CodeBlock, CopyId } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Page, PageLoading, Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { ClauseStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { PlanSettings } from './plan-settings.tsx'

const RemoveDialog = ({ organisationId, onClose }: { organisationId: string; onClose: () => void }) => {
  const api = useApi()
  const navigate = useNavigate()
  const params = { path: { organisationId } }
  const remove = useAct(() => answer(api.DELETE('/api/v1/privacy/plans/{organisationId}', { params })), {
    changes: [['plans', 'list']],
    onDone: () => void navigate({ to: '/privacy/plans', search: {} }),
  })
  return (
    <ActDialog
      onClose={onClose}
      title="End the plan"
      act="End plan"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('plan', 'remove', organisationId, '--yes')}
      call={{ method: 'DELETE', path: `/api/v1/privacy/plans/${organisationId}` }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>The policy alone holds again for this organisation. What the plan kept for longer goes with the next run.</p>
    </ActDialog>
  )
}

/** What the plan promises, clause by clause, checked when asked. */
const PlanReport = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const params = { path: { organisationId } }
  const check = useAct(() => answer(api.POST('/api/v1/privacy/plans/{organisationId}/report', { params })))
  return (
    <Section
      title="Are its promises kept?"
      actions={
        <Button variant="default" size="xs" loading={check.isPending} onClick={() => check.mutate(undefined)}>
          Check now
        </Button>
      }
    >
      <ProblemNotice error={check.error} />
      {check.data !== undefined && (
        <ul className="plain-list stack-tight">
          {check.data.clauses.map(({ id, state, promise, figure, reason }) => (
            <li key={id}>
              <ClauseStateBadge state={state} /> {promise}{' '}
              <span className="small soft">{[figure, reason].filter(Boolean).join('; ')}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** The deployment plan of one organisation. */
export const PlanPage = () => {
  const api = useApi()
  const { organisationId } = useParams({ from: '/signed-in/officer/privacy/plans/$organisationId' })
  const [removing, setRemoving] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['plans', 'one', organisationId],
    queryFn: () => answer(api.GET('/api/v1/privacy/plans/{organisationId}', { params: { path: { organisationId } } })),
  })
  return (
    <Page
      title={data?.plan ?? 'Deployment plan'}
      about={
        <Link to="/privacy/plans" search={{}}>
          All plans
        </Link>
      }
      actions={
        data !== undefined && (
          <Button variant="default" onClick={() => setRemoving(true)}>
            End the plan
          </Button>
        )
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <dl className="facts">
            <dt>Organisation</dt>
            <dd>
              <CopyId id={data.organisationId} />
            </dd>
            <dt>Agreement</dt>
            <dd>{data.agreement}</dd>
            <dt>Applied</dt>
            <dd>
              <When at={data.appliedAt} />
              {data.appliedBy !== null && (
                <>
                  {' '}
                  by <CopyId short id={data.appliedBy} />
                </>
              )}
            </dd>
          </dl>
          <Section title="What it sets">
            <PlanSettings settings={data.settings} />
          </Section>
          <PlanReport organisationId={organisationId} />
          <details>
            <summary>As written</summary>
            <CodeBlock code={data.source} label="Plan" />
          </details>
        </>
      )}
      <SameAct
        cli={avowLine('plan', 'show', organisationId)}
        call={{ method: 'GET', path: `/api/v1/privacy/plans/${organisationId}` }}
      />
      {removing && <RemoveDialog organisationId={organisationId} onClose={() => setRemoving(false)} />}
    </Page>
  )
}
