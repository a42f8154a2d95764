import type { SeenAccess } from '../../app/views.ts'
import { counted } from '../../ui/format.ts'
import type { Column } from '../../ui/rows.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

/** What a read showed, by the endpoint that it went through. */
const readWords: Readonly<Record<string, string>> = {
  'operate.outbox': 'address and kind of a mail',
  'operate.mail': 'text of a mail',
  'operate.openMail': 'text of a mail, when it was opened',
}

const Reads = ({ reads }: { reads: SeenAccess['reads'] }) =>
  reads.length === 0 ? (
    <span className="soft">nothing yet</span>
  ) : (
    <ul className="plain-list small">
      {reads.map(({ what, object, times, lastAt }) => (
        <li key={`${what} ${object}`}>
          {readWords[what] ?? <code>{what}</code>}, {counted(times, 'time')}, last <When at={lastAt} />
        </li>
      ))}
    </ul>
  )

/** An access of staff: why, in which role, when, until when, and what was looked at. */
export const accessColumns: readonly [Column<SeenAccess>, ...Column<SeenAccess>[]] = [
  {
    name: 'Why',
    show: ({ reason, ticket, emergency, scope }) => (
      <div className="stack-tight">
        <span className="row-name">{reason ?? <span className="soft">can no longer be read</span>}</span>
        <span className="small soft">
          {scope}
          {ticket !== null && `, ticket ${ticket}`}
          {emergency && ', in an emergency'}
        </span>
      </div>
    ),
  },
  { name: 'In the role', show: ({ staffRole }) => staffRole.replaceAll('-', ' ') },
  { name: 'State', show: ({ active }) => <YesNoBadge yes={active} words={['open', 'closed']} /> },
  {
    name: 'When',
    show: ({ grantedAt, endedAt, expiresAt, active }) => (
      <div className="stack-tight">
        <span>
          from <When at={grantedAt} />
        </span>
        <span>
          {active ? 'ends' : 'ended'} <When at={endedAt ?? expiresAt} />
        </span>
      </div>
    ),
  },
  { name: 'Looked at', show: ({ reads }) => <Reads reads={reads} /> },
]
