import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { MyDisclosure } from '../../../app/views.ts'
import { counted } from '../../../ui/format.ts'
import { Empty, Section } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'

const columns: readonly Column<MyDisclosure>[] = [
  {
    name: 'Who',
    show: ({ name, country, safeguard }) => (
      <div className="stack-tight">
        <span className="row-name">{name}</span>
        <span className="small soft">{[country, safeguard].filter(Boolean).join(', ')}</span>
      </div>
    ),
  },
  {
    name: 'What',
    show: ({ fields, categories }) => (
      <span className="small">{(fields.length > 0 ? fields : categories).join(', ')}</span>
    ),
  },
  { name: 'What for', show: ({ purpose, ground }) => `${purpose} (${ground.replaceAll('-', ' ')})` },
  { name: 'How often', numeric: true, show: ({ times }) => counted(times, 'time') },
  { name: 'First', show: ({ firstAt }) => <When at={firstAt} /> },
  { name: 'Last', show: ({ lastAt }) => <When at={lastAt} /> },
]

/** To whom data about the person went, when, what and on what ground. */
export const RecipientsSection = () => {
  const api = useApi()
  return (
    <Section
      title="Who received it"
      about="Every party to which something about you was sent, with what and on what ground."
    >
      <PagedRows
        label="Who received it"
        columns={columns}
        query={useInfiniteQuery(
          pagesQuery(['my-disclosures'], (query) => answer(api.GET('/api/v1/me/disclosures', { params: { query } }))),
        )}
        keyOf={({ recipient, ground, purpose, about, firstAt }) =>
          `${recipient} ${ground} ${purpose} ${about} ${firstAt}`
        }
        empty={<Empty title="Nobody outside received anything">What is sent to another party is listed here.</Empty>}
      />
      <SameAct
        of="who received it"
        cli="avow privacy disclosures"
        call={{ method: 'GET', path: '/api/v1/me/disclosures' }}
      />
    </Section>
  )
}
