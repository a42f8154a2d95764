import { Button } from '@mantine/core'
import { IconCircleCheck, IconClock, IconHandStop } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer } from '../../app/problem.ts'
import type { AddressBlock } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { count, counted, money } from '../../ui/format.ts'
import { Empty, Section } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { type Outcome, ReviewDialog } from './review-dialog.tsx'

const kindWords: Record<AddressBlock['kind'], string> = {
  'key-stuffing': 'Many different API keys',
  'id-walking': 'Much that is not there',
  'request-flood': 'A flood of requests',
  'sudden-spend': 'Sudden spending',
}
const looks = {
  active: { tone: 'bad', shape: IconHandStop },
  ended: { tone: 'good', shape: IconClock },
  lifted: { tone: 'good', shape: IconCircleCheck },
} as const

/** What a machine went by, in words. */
const inputsOf = ({ spend, times, withinSeconds, count: requests }: AddressBlock): string =>
  spend === null
    ? `${count(requests)} counted; ${count(times)} in ${withinSeconds} s are a flood`
    : `${money(spend.spentMicros, spend.currency)} in an hour by ${counted(requests, 'request')}; ${money(spend.usualMicros, spend.currency)} are usual, ${count(times)} times that is sudden`

const columns: readonly Column<AddressBlock>[] = [
  {
    name: 'Why',
    show: (block) => (
      <div className="stack-tight">
        <span className="row-name">{kindWords[block.kind]}</span>
        <span className="small">
          {inputsOf(block)} <CopyId short id={block.id} />
        </span>
      </div>
    ),
  },
  {
    name: 'State',
    show: ({ state, liftedBy, confirmedAt, confirmedBy, note }) => (
      <div className="stack-tight">
        <Badge {...looks[state]} word={state} />
        {liftedBy !== null && (
          <span className="small soft">
            by <CopyId short id={liftedBy} />
          </span>
        )}
        {confirmedAt !== null && (
          <span className="small soft">
            confirmed <When at={confirmedAt} />
            {confirmedBy !== null && (
              <>
                {' '}
                by <CopyId short id={confirmedBy} />
              </>
            )}
          </span>
        )}
        {note !== null && <span className="small">{note}</span>}
      </div>
    ),
  },
  {
    name: 'Whom',
    show: ({ ipAddress, aboutId, spend }) => {
      if (aboutId !== null)
        return (
          <div className="stack-tight">
            <CopyId short id={aboutId} />
            {spend !== null && (
              <span className="small soft">{counted(spend.requestsPerMinute, 'request')} a minute</span>
            )}
          </div>
        )
      return ipAddress === null ? <span className="soft">not known</span> : <code>{ipAddress}</code>
    },
  },
  { name: 'Since', show: ({ startedAt }) => <When at={startedAt} /> },
  { name: 'Until', show: ({ liftedAt, endsAt }) => <When at={liftedAt ?? endsAt} /> },
  {
    name: 'Review asked for',
    show: ({ reviewAskedAt }) =>
      reviewAskedAt === null ? <span className="soft">no</span> : <When at={reviewAskedAt} />,
  },
]

/** What was blocked or slowed down by itself: on what grounds, until when, and who asks for a review. */
export const AddressBlocks = () => {
  const api = useApi()
  const [reviewing, setReviewing] = useState<{ block: AddressBlock; outcome: Outcome } | null>(null)
  const query = useInfiniteQuery({
    ...pagesQuery(['blocks'], (page) => answer(api.GET('/api/v1/operate/blocks', { params: { query: page } }))),
    refetchInterval: 30_000,
  })
  const acts: Column<AddressBlock> = {
    name: 'Acts',
    quiet: true,
    show: (block) => (
      <div className="row-actions">
        {block.state !== 'lifted' && block.confirmedAt === null && (
          <Button size="xs" variant="default" onClick={() => setReviewing({ block, outcome: 'confirm' })}>
            Confirm<span className="only-read"> the block on {block.aboutId ?? block.ipAddress}</span>
          </Button>
        )}
        {block.state === 'active' && (
          <Button size="xs" variant="default" onClick={() => setReviewing({ block, outcome: 'lift' })}>
            Lift<span className="only-read"> the block on {block.aboutId ?? block.ipAddress}</span>
          </Button>
        )}
      </div>
    ),
  }
  return (
    <Section
      title="Blocks"
      about="Decided by a machine, for a person to review. After a flood, strangers from an address are not answered for a while; whoever was known goes on. A key or project that spends suddenly is slowed down, where the settings say so."
    >
      <PagedRows
        label="Blocks"
        columns={[...columns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="Nothing was blocked">
            <a href="/docs/operate/alerts#floods">What blocks one</a>
          </Empty>
        }
      />
      {reviewing !== null && <ReviewDialog {...reviewing} onClose={() => setReviewing(null)} />}
    </Section>
  )
}
