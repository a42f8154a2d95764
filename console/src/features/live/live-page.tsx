import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { liveSearchOf } from '../../app/search.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { LiveFigures } from './live-figures.tsx'

const refreshMs = 2000

const about =
  'What came in the last minutes, again every two seconds. It is in the memory of the server alone: nothing of it is stored, and a restart begins anew.'

/** The last minutes of a project. */
export const LivePage = () => {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/live' })
  const { by = 'model' } = useSearch({ from: '/signed-in/projects/$projectId/live' })
  const navigate = useNavigate({ from: '/projects/$projectId/live' })
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['live', projectId, by],
    queryFn: () =>
      answer(api.GET('/api/v1/projects/{projectId}/live', { params: { path: { projectId }, query: { groupBy: by } } })),
    refetchInterval: refreshMs,
  })
  return (
    <Page title="Live" about={about}>
      <search className="filters">
        <SegmentedControl
          aria-label="Group by"
          value={by}
          onChange={(value) => void navigate({ search: liveSearchOf({ by: value }), replace: true })}
          data={[
            { value: 'model', label: 'Model' },
            { value: 'key', label: 'Key' },
            { value: 'endpoint', label: 'Endpoint' },
          ]}
        />
      </search>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data !== undefined && <LiveFigures live={data} by={by} />}
      <SameAct
        cli={avowLine('live', '--by', by, '--project', projectId)}
        call={{ method: 'GET', path: `/api/v1/projects/${projectId}/live?groupBy=${by}` }}
      />
    </Page>
  )
}

/** The last minutes of everyone together, for the operator. */
export const CloudLivePage = () => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['live'],
    queryFn: () => answer(api.GET('/api/v1/operate/live', { params: { query: { groupBy: 'model' } } })),
    refetchInterval: refreshMs,
  })
  return (
    <Page title="Live" about={`Every organisation together. ${about}`}>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data !== undefined && <LiveFigures live={data} by="model" />}
      <SameAct cli="avow live --whole-cloud" call={{ method: 'GET', path: '/api/v1/operate/live?groupBy=model' }} />
    </Page>
  )
}
