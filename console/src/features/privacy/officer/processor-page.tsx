import '../privacy.css'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { Sending } from '../../../app/views.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { count } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Page, PageLoading, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'

const columns: readonly Column<Sending>[] = [
  { name: 'Day', show: ({ day }) => <span className="row-name num">{day.slice(0, 10)}</span> },
  { name: 'Ground', show: ({ ground }) => ground.replaceAll('-', ' ') },
  { name: 'What for', show: ({ purpose }) => purpose },
  {
    name: 'What',
    show: ({ fields, categories }) => (
      <span className="small">{(fields.length > 0 ? fields : categories).join(', ')}</span>
    ),
  },
  { name: 'Where to', show: ({ country, safeguard }) => [country, safeguard].filter(Boolean).join(', ') || '–' },
  { name: 'Times', numeric: true, show: ({ times }) => count(times) },
]

/** One party that may receive data, with what was sent to it. */
export const ProcessorPage = () => {
  const api = useApi()
  const { processorId } = useParams({ from: '/signed-in/officer/privacy/processors/$processorId' })
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['processors', processorId],
    queryFn: () => answer(api.GET('/api/v1/privacy/processors/{processorId}', { params: { path: { processorId } } })),
  })
  return (
    <Page title={data?.name ?? 'Processor'} about={<Link to="/privacy/processors">All processors</Link>}>
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <dl className="facts">
            <dt>As</dt>
            <dd>{data.role.replaceAll('-', ' ')}</dd>
            <dt>What for</dt>
            <dd>{data.purposes.join(', ') || '–'}</dd>
            <dt>May receive</dt>
            <dd>{data.categories.join(', ') || '–'}</dd>
            {data.fields !== null && (
              <>
                <dt>Only these fields</dt>
                <dd>{data.fields.join(', ')}</dd>
              </>
            )}
            <dt>Country</dt>
            <dd>{data.country ?? 'not stated'}</dd>
            <dt>Safeguard</dt>
            <dd>{data.safeguard ?? 'none stated'}</dd>
          </dl>
          <Section title="What was sent to it" about="By day; newest first.">
            {data.sent.length === 0 ? (
              <Empty title="Nothing was sent to it yet">The first sending is listed with its ground and fields.</Empty>
            ) : (
              <Rows
                label="What was sent to it"
                columns={columns}
                rows={data.sent}
                keyOf={({ day, ground, purpose, fields }) => `${day} ${ground} ${purpose} ${fields.join()}`}
              />
            )}
          </Section>
        </>
      )}
      <SameAct
        cli={avowLine('processor', 'show', processorId)}
        call={{ method: 'GET', path: `/api/v1/privacy/processors/${processorId}` }}
      />
    </Page>
  )
}
