import { IconCircleOff, IconRotateClockwise } from '@tabler/icons-react'
import type { ClosedOrganisation } from '../../app/views.ts'
import type { Column } from '../../ui/rows.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

/** Until when a closed organisation can be opened again, and when it is removed. */
export const closedColumns: readonly Column<Omit<ClosedOrganisation, 'name'>>[] = [
  {
    name: 'State',
    show: ({ canReopen }) =>
      canReopen ? (
        <Badge tone="note" shape={IconRotateClockwise} word="can be opened again" />
      ) : (
        <Badge tone="calm" shape={IconCircleOff} word="stays closed" />
      ),
  },
  { name: 'Until', show: ({ reopenUntil }) => <When exact at={reopenUntil} none="not at all" /> },
  { name: 'Removed', show: ({ goesAt }) => <When at={goesAt} /> },
]
