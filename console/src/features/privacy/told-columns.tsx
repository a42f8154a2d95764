import type { ToldAuthorityRequest } from '../../app/views.ts'
import type { Column } from '../../ui/rows.tsx'
import { When } from '../../ui/when.tsx'

/** What an authority asked for, as whoever was told of it sees it. */
export const toldColumns: readonly Column<ToldAuthorityRequest>[] = [
  {
    name: 'Authority',
    show: ({ authority, legalBasis }) => (
      <div className="stack-tight">
        <span className="row-name">{authority}</span>
        <span className="small soft">{legalBasis}</span>
      </div>
    ),
  },
  { name: 'Outcome', show: ({ outcome }) => outcome },
  { name: 'What', show: ({ categories }) => <span className="small">{categories.join(', ')}</span> },
  { name: 'Received', show: ({ receivedAt }) => <When at={receivedAt} /> },
  { name: 'Handed out', show: ({ handedOutAt }) => <When at={handedOutAt} none="–" /> },
]
