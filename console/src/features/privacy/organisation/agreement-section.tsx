import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer, hasCode } from '../../../app/problem.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { CodeBlock } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, PageLoading, Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { PlanSettings } from '../officer/plan-settings.tsx'

/** The deployment plan that the organisation agreed with the operator. */
export const AgreementSection = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['plans', 'own', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/plan', { params: { path: { organisationId } } })).catch(
        (problem: unknown) => {
          if (hasCode(problem, 'not_found')) return null
          throw problem
        },
      ),
  })
  return (
    <Section title="Deployment plan" about="What an agreement of this organisation sets beside the policy.">
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data === null && (
        <Empty title="No plan: the policy holds as it is">
          Ask the operator for an agreement if you need other periods, regions or rules.
        </Empty>
      )}
      {data !== null && data !== undefined && (
        <>
          <dl className="facts">
            <dt>Plan</dt>
            <dd>{data.plan}</dd>
            <dt>Agreement</dt>
            <dd>{data.agreement}</dd>
            <dt>Applied</dt>
            <dd>
              <When at={data.appliedAt} />
            </dd>
          </dl>
          <PlanSettings settings={data.settings} />
          <details>
            <summary>As written</summary>
            <CodeBlock code={data.source} label="Plan" />
          </details>
        </>
      )}
      <SameAct
        cli={avowLine('plan', 'own', '--organisation', organisationId)}
        of="the plan"
        call={{ method: 'GET', path: `/api/v1/organisations/${organisationId}/plan` }}
      />
    </Section>
  )
}
