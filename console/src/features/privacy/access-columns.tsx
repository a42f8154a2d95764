import type { SeenAccess } from '../../app/views.ts'
import { counted } from '../../ui/format.ts'
import type { Column } from '../../ui/rows.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const Reads = ({ reads }: { reads: SeenAccess['reads'] }) =>
  reads.length === 0 ? (
    <span className="soft">nothing yet</span>
  ) : (
    <ul className="plain-list small">
      {reads.map(({ what, object, times, lastAt }) => (
        <li key={`${what} ${object}`}>
          <code>{what}</code>, {counted(times, 'time')}, last <When at={lastAt} />
        </li>
      ))}
    </ul>
  )

/** An access of staff: why, in which role, when, until when, and what was looked at. */
export const accessColumns: readonly Column<SeenAccess>[] = [
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
  { name: 'Since', show: ({ grantedAt }) => <When at={grantedAt} /> },
  { name: 'Until', show: ({ endedAt, expiresAt }) => <When at={endedAt ?? expiresAt} /> },
  { name: 'Looked at', show: ({ reads }) => <Reads reads={reads} /> },
]
