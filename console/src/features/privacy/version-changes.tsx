import type { PolicyVersion } from '../../app/views.ts'
import { counted } from '../../ui/format.ts'
import { type Column, Rows } from '../../ui/rows.tsx'
import { DirectionBadge } from '../../ui/state-badge.tsx'

type Change = PolicyVersion['changes'][number]

const columns: readonly Column<Change>[] = [
  { name: 'What', show: ({ path }) => <code className="row-name">{path}</code> },
  { name: 'Protection', show: ({ direction }) => <DirectionBadge direction={direction} /> },
  { name: 'Before', show: ({ from }) => <span className="small">{from ?? '–'}</span> },
  { name: 'After', show: ({ to }) => <span className="small">{to ?? '–'}</span> },
]

/** What changes between two versions of the policy, the weaker ones first. */
export const Changes = ({ changes }: { changes: readonly Change[] }) => {
  const order: readonly Change['direction'][] = ['weaker', 'different', 'stronger']
  const sorted = changes.toSorted((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction))
  return (
    <details>
      <summary>{counted(changes.length, 'change')}</summary>
      <Rows label="Changes" columns={columns} rows={sorted} keyOf={({ path, to, from }) => `${path} ${from} ${to}`} />
    </details>
  )
}
