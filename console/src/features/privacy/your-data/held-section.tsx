import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { policyQuery } from '../../../app/queries.ts'
import type { Held } from '../../../app/views.ts'
import { counted } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { PageLoading, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { When } from '../../../ui/when.tsx'
import { dataMapQuery } from '../data-map-query.ts'
import { PromisedPeriod } from '../promised-period.tsx'
import { fromWhere, type KeptUntil, keptUntil, whatIs, whyWords } from './held-words.ts'
import { myDataQuery } from './my-data-queries.ts'

const Until = ({ periods, held }: { periods: readonly KeptUntil[]; held: Held }) =>
  periods.length === 0 ? (
    <span>{held.kept || 'with what it belongs to'}</span>
  ) : (
    <ul className="plain-list">
      {periods.map(({ retentionClass, words }) => (
        <li key={retentionClass}>
          <PromisedPeriod retentionClass={retentionClass}>{words}</PromisedPeriod>
        </li>
      ))}
    </ul>
  )

const columnsWith = (periodsOf: (held: Held) => KeptUntil[]): readonly Column<Held>[] => [
  {
    name: 'What',
    show: (held) => (
      <div className="stack-tight">
        <span className="row-name">{held.label}</span>
        <span className="small">{whatIs(held.category)}</span>
        <details className="small">
          <summary className="soft num">
            {counted(held.rows, 'record')}, {fromWhere(held.sources)}
          </summary>
          <p className="soft">
            Kept in{' '}
            {held.held.map((column, at) => (
              <span key={column}>
                {at > 0 && ', '}
                <Link to="/privacy/data-map" search={{ search: column.split('.')[0] }}>
                  <code>{column}</code>
                </Link>
              </span>
            ))}
            . On erasure: {held.onErasure}.
          </p>
        </details>
      </div>
    ),
  },
  {
    name: 'Why',
    show: (held) => (
      <ul className="plain-list small">
        {whyWords(held).map((why) => (
          <li key={why}>{why}</li>
        ))}
      </ul>
    ),
  },
  { name: 'Since', show: (held) => <When at={held.since} none="–" /> },
  { name: 'Until', show: (held) => <Until held={held} periods={periodsOf(held)} /> },
  {
    name: 'Who may receive it',
    show: (held) => (
      <span className="small">{held.recipients.length === 0 ? 'nobody outside' : held.recipients.join(', ')}</span>
    ),
  },
]

/** What is held about the person: which, why, since when, until when, from where, and who received it. */
export const HeldSection = () => {
  const api = useApi()
  const data = useQuery(myDataQuery(api))
  const map = useQuery(dataMapQuery(api))
  const policy = useQuery(policyQuery(api))
  const again = () => {
    for (const query of [data, map, policy]) if (query.error !== null) void query.refetch()
  }
  const periodsOf = ({ held }: Held) =>
    map.data === undefined || policy.data === undefined ? [] : keptUntil(held, map.data, policy.data)
  return (
    <Section
      title="What is held about you"
      about={
        <>
          Looked up now, in every table. The <a href="/policy">privacy policy</a> has the rules, the{' '}
          <Link to="/privacy/data-map" search={{}}>
            data map
          </Link>{' '}
          every column.
        </>
      }
    >
      <ProblemNotice error={data.error ?? map.error ?? policy.error} again={again} />
      {data.isPending && <PageLoading />}
      {data.data !== undefined && (
        <Rows
          label="What is held about you"
          columns={columnsWith(periodsOf)}
          rows={data.data.categories}
          keyOf={({ category }) => category}
        />
      )}
    </Section>
  )
}
