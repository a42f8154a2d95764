import type { Live, LiveRow } from '../../app/views.ts'
import { count } from '../../ui/format.ts'
import { Empty, Figure } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'

export const liveGroups = ['model', 'key', 'endpoint'] as const
export type LiveGroup = (typeof liveGroups)[number]

/** Milliseconds as people read them. */
const time = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
const nothing = <span className="soft">–</span>

const times = (of: Live['totals']['firstTokenMs']) =>
  of === null ? (
    nothing
  ) : (
    <>
      {time(of.p50)} <span className="soft">/ {time(of.p95)}</span>
    </>
  )

const heads: Readonly<Record<LiveGroup, Column<LiveRow>>> = {
  model: { name: 'Model', show: ({ model }) => <code>{model}</code> },
  key: { name: 'Key', show: ({ keyId, keyName }) => keyName ?? <code>{keyId}</code> },
  endpoint: { name: 'Endpoint', show: ({ endpoint }) => <code>{endpoint}</code> },
}

const columnsOf = (by: LiveGroup): readonly Column<LiveRow>[] => [
  heads[by],
  { name: 'Now', numeric: true, show: ({ inFlight }) => count(inFlight) },
  { name: 'Requests', numeric: true, show: ({ requests }) => count(requests) },
  { name: 'Refused', numeric: true, show: ({ refused }) => count(refused) },
  { name: 'First token, half / 95%', numeric: true, show: ({ firstTokenMs }) => times(firstTokenMs) },
  { name: 'Queue, half / 95%', numeric: true, show: ({ queuedMs }) => times(queuedMs) },
  { name: 'Tokens a second', numeric: true, show: ({ tokensPerSecond }) => tokensPerSecond ?? nothing },
  {
    name: 'Errors',
    show: ({ errors }) =>
      errors.length === 0 ? nothing : errors.map(({ kind, count: times }) => `${kind} ${count(times)}`).join(', '),
  },
]

const seconds = (all: number): string => (all < 120 ? `${all} seconds` : `${Math.floor(all / 60)} minutes`)

/** The figures of the last minutes, all together and in rows. */
export const LiveFigures = ({ live, by }: { live: Live; by: LiveGroup }) => (
  <>
    <dl className="figures">
      <Figure name="At a model now" value={count(live.totals.inFlight)} />
      <Figure name="Requests" value={count(live.totals.requests)} note={`in ${seconds(live.windowSeconds)}`} />
      <Figure name="Refused" value={count(live.totals.refused)} />
      <Figure name="First token" value={times(live.totals.firstTokenMs)} note="half of them / 95%" />
      <Figure name="Queue" value={times(live.totals.queuedMs)} note="half of them / 95%" />
      <Figure name="Tokens a second" value={live.totals.tokensPerSecond ?? '–'} note="of a stream" />
    </dl>
    {live.rows.length === 0 ? (
      <Empty title="Nothing was called in the last minutes">
        Make a call with an API key, or try the playground: it shows here within seconds.
      </Empty>
    ) : (
      <Rows
        label="The last minutes"
        columns={columnsOf(by)}
        rows={live.rows}
        keyOf={({ model, keyId, endpoint }) => model ?? keyId ?? endpoint ?? ''}
      />
    )}
  </>
)
