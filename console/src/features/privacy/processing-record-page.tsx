import './privacy.css'
import { type ProcessingRecord, processingRecordCsv, processingRecordDpv } from '@avow/sdk/processing-record'
import { Button, TextInput } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { ProcessingActivity } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { counted, period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading, Section } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { When } from '../../ui/when.tsx'

type Category = ProcessingActivity['categories'][number]

/** "usage: P90D" as people read it. */
const kept = (line: string) => {
  const at = line.lastIndexOf(': ')
  return at < 0 ? line : `${line.slice(0, at)}: ${period(line.slice(at + 2))}`
}

const columns: readonly Column<Category>[] = [
  {
    name: 'Data',
    show: ({ label, category, fields }) => (
      <div className="stack-tight">
        <span className="row-name">{label}</span>
        <code className="small soft">{category}</code>
        <span className="small">{fields.join(', ')}</span>
      </div>
    ),
  },
  { name: 'Whose', show: ({ subjects }) => subjects.join(', ') },
  { name: 'From', show: ({ sources }) => sources.join(', ') },
  {
    name: 'Kept',
    show: ({ retention }) => (
      <ul className="plain-list small">
        {retention.map((line) => (
          <li key={line}>{kept(line)}</li>
        ))}
      </ul>
    ),
  },
  {
    name: 'Where',
    show: ({ columns: where }) => (
      <details>
        <summary className="small">{counted(where.length, 'column')}</summary>
        <code className="small">{where.join(' ')}</code>
      </details>
    ),
  },
]

const Activity = ({ activity, open }: { activity: ProcessingActivity; open: boolean }) => (
  <details className="table-map" open={open}>
    <summary>
      <IconChevronRight size={16} aria-hidden />
      <span>{activity.label}</span>
      <span className="small soft">
        {activity.basis === null ? 'no legal basis' : activity.basis.replaceAll('-', ' ')} ·{' '}
        {activity.categories.length} {activity.categories.length === 1 ? 'kind' : 'kinds'} of data
      </span>
    </summary>
    <dl className="facts">
      <dt>Legal basis</dt>
      <dd>{activity.basis?.replaceAll('-', ' ') ?? 'none: a gap'}</dd>
      <dt>Consent</dt>
      <dd>{activity.consent === null || activity.consent === 'none' ? 'not asked for' : activity.consent}</dd>
      <dt>Goes to</dt>
      <dd>
        {activity.recipients.length === 0
          ? 'nobody outside'
          : activity.recipients.map(({ id, name, role, country, safeguard }) => (
              <div key={id}>
                {name} <span className="soft">({[role, country, safeguard].filter(Boolean).join(', ')})</span>
              </div>
            ))}
      </dd>
    </dl>
    <Rows
      label={`Data to ${activity.label}`}
      columns={columns}
      rows={activity.categories}
      keyOf={({ category }) => category}
    />
  </details>
)

const Facts = ({ record }: { record: ProcessingRecord }) => (
  <dl className="facts">
    <dt>Controller</dt>
    <dd>{[record.controller.name, record.controller.address, record.controller.country].filter(Boolean).join(', ')}</dd>
    {record.controller.contacts.map(({ role, reach }) => (
      <Fact key={`${role} ${reach}`} name={`Contact, ${role.replaceAll('-', ' ')}`} value={reach} />
    ))}
    <dt>Policy</dt>
    <dd>
      {record.policy.id} {record.policy.version}
    </dd>
    <dt>Made</dt>
    <dd>
      <When at={record.madeAt} />
    </dd>
  </dl>
)
const Fact = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
)

const Gaps = ({ gaps }: { gaps: readonly string[] }) =>
  gaps.length === 0 ? (
    <Notice kind="good" title="The record has no gap">
      Every column of the database that holds something personal is in it.
    </Notice>
  ) : (
    <Notice kind="bad" title={`The record says nothing about ${counted(gaps.length, 'thing')}`}>
      <ul className="stays">
        {gaps.map((gap) => (
          <li key={gap}>{gap}</li>
        ))}
      </ul>
    </Notice>
  )

const Downloads = ({ record }: { record: ProcessingRecord }) => {
  const name = `processing-record-${record.policy.id}-${record.policy.version}`
  return (
    <>
      <Button
        variant="default"
        onClick={() => saveFile(`${name}.csv`, processingRecordCsv(record), 'text/csv;charset=utf-8')}
      >
        Download CSV
      </Button>
      <Button
        variant="default"
        onClick={() =>
          saveFile(`${name}.jsonld`, JSON.stringify(processingRecordDpv(record), null, 2), 'application/ld+json')
        }
      >
        Download DPV
      </Button>
    </>
  )
}

const Measures = ({ record }: { record: ProcessingRecord }) => (
  <>
    <Section title="Transfers" about="To other countries, and what safeguards them.">
      {record.transfers.length === 0 ? (
        <Empty title="The policy names no transfer">
          Recipients in other countries stand with the activities above.
        </Empty>
      ) : (
        <ul className="stays">
          {record.transfers.map(({ to, for: why, safeguard }) => (
            <li key={`${to} ${why}`}>
              {to} for {why}: {safeguard}
            </li>
          ))}
        </ul>
      )}
    </Section>
    <Section title="Security measures" about="What the policy promises (Art. 32). The report says whether it is kept.">
      <ul className="stays">
        {record.security.map((measure) => (
          <li key={measure}>{measure}</li>
        ))}
      </ul>
    </Section>
  </>
)

const matches = ({ label, purpose, categories, recipients }: ProcessingActivity, text: string) =>
  [
    label,
    purpose,
    ...categories.flatMap((one) => [one.label, one.category, ...one.fields]),
    ...recipients.map(({ name }) => name),
  ].some((value) => value.toLowerCase().includes(text))

/** The record of processing activities (GDPR, Art. 30), made from the data map and the policy. */
export const ProcessingRecordPage = () => {
  const api = useApi()
  const { search = '' } = useSearch({ from: '/signed-in/privacy/processing-record' })
  const navigate = useNavigate({ from: '/privacy/processing-record' })
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['processing-record'],
    queryFn: () => answer(api.GET('/api/v1/privacy/processing-record')),
    staleTime: 300_000,
  })
  const shown = data?.activities.filter((activity) => matches(activity, search.toLowerCase())) ?? []
  return (
    <Page
      title="Processing record"
      about="The record of processing activities (GDPR, Art. 30). Nobody writes it: it is made from the data map and the policy, and names its own gaps."
      actions={data !== undefined && <Downloads record={data} />}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <Gaps gaps={data.gaps} />
          <Facts record={data} />
          <Section title="Activities" about="One for each purpose that a column of the database serves.">
            <search className="filters">
              <TextInput
                className="grow"
                label="Search"
                placeholder="Purpose, data, recipient"
                value={search}
                onChange={(event) => {
                  const text = event.currentTarget.value
                  void navigate({ search: { search: text || undefined }, replace: true })
                }}
              />
            </search>
            {shown.length === 0 && <Empty title="No activity is like that">Change the search.</Empty>}
            <div className="table-maps">
              {shown.map((activity) => (
                <Activity key={`${activity.purpose} ${search !== ''}`} activity={activity} open={search !== ''} />
              ))}
            </div>
          </Section>
          <Measures record={data} />
        </>
      )}
      <SameAct
        cli={avowLine('policy', 'processing-record', '--format', 'csv')}
        call={{ method: 'GET', path: '/api/v1/privacy/processing-record' }}
      />
    </Page>
  )
}
