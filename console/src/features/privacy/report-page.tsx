import './privacy.css'
import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer, hasCode } from '../../app/problem.ts'
import { reportQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { ClauseState, Report } from '../../app/views.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { ClauseStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { Clause } from './clause.tsx'

const states: readonly ClauseState[] = ['broken', 'unproven', 'kept', 'attested', 'informed']
const meanings: Record<ClauseState, string> = {
  kept: 'a check looked, and could have failed',
  broken: 'a check found that it is not so',
  attested: 'a named person vouches for it, until a date',
  informed: 'a statement, nothing to check',
  unproven: 'no check shows it yet',
}

const StateFilter = ({
  report,
  chosen,
  onChoose,
}: {
  report: Report
  chosen: string | undefined
  onChoose: (state: string | undefined) => void
}) => (
  <fieldset className="bare">
    <legend className="only-read">Show clauses of one state</legend>
    <div className="state-filter">
      {states.map((state) => (
        <button
          key={state}
          type="button"
          className="state-choice"
          title={meanings[state]}
          aria-pressed={chosen === state}
          onClick={() => onChoose(chosen === state ? undefined : state)}
        >
          <ClauseStateBadge state={state} />
          <span className="num">{report.summary[state]}</span>
        </button>
      ))}
    </div>
  </fieldset>
)

const Clauses = ({ report }: { report: Report }) => {
  const { search = '', state } = useSearch({ from: '/signed-in/privacy/report' })
  const navigate = useNavigate({ from: '/privacy/report' })
  const wanted = search.toLowerCase()
  const clauses = report.clauses
    .filter((clause) => state === undefined || clause.state === state)
    .filter((clause) => Object.values(clause).some((value) => value?.toLowerCase().includes(wanted)))
    .toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state))
  return (
    <>
      <StateFilter
        report={report}
        chosen={state}
        onChoose={(next) => void navigate({ search: (old) => ({ ...old, state: next }), replace: true })}
      />
      <search className="filters">
        <TextInput
          className="grow"
          label="Search"
          placeholder="Clause, promise, rule"
          value={search}
          onChange={(event) => {
            const text = event.currentTarget.value
            void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true })
          }}
        />
      </search>
      {clauses.length === 0 ? (
        <Empty title="No clause is like that">Change the search or the state.</Empty>
      ) : (
        <ul className="clauses" aria-label="Clauses">
          {clauses.map((clause) => (
            <li key={clause.id}>
              <Clause clause={clause} checkedAt={report.checkedAt} open={clauses.length === 1} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const RunNow = () => {
  const api = useApi()
  const queries = useQueryClient()
  const run = useAct(() => answer(api.POST('/api/v1/privacy/report')), {
    onDone: (report) => queries.setQueryData(reportQuery(api).queryKey, report),
  })
  return (
    <>
      <Button loading={run.isPending} onClick={() => run.mutate(undefined)}>
        Run every check now
      </Button>
      <ProblemNotice error={run.error} />
    </>
  )
}

/** The policy, clause by clause: what is kept, what is not, and how one knows. */
export const ReportPage = () => {
  const me = useMe()
  const { data, error, refetch, isPending } = useQuery(reportQuery(useApi()))
  return (
    <Page
      title="Policy report"
      about={
        data === undefined ? (
          'Clause by clause: which promises are kept, and how one knows.'
        ) : (
          <>
            Policy {data.policy}, checked <When at={data.checkedAt} />. Nothing is kept by default: a check must have
            looked.
          </>
        )
      }
      actions={me.staffActive && <RunNow />}
    >
      {isPending && <PageLoading />}
      {hasCode(error, 'not_found') ? (
        <Empty title="No check has run yet">The first report appears within a few minutes of the start.</Empty>
      ) : (
        <ProblemNotice error={error} again={() => void refetch()} />
      )}
      {data !== undefined && <Clauses report={data} />}
      <SameAct
        cli={data === undefined ? 'avow policy verify' : 'avow policy verify --last'}
        call={{ method: data === undefined ? 'POST' : 'GET', path: '/api/v1/privacy/report' }}
      />
    </Page>
  )
}
