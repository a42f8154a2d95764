import { Button, Textarea } from '@mantine/core'
import { IconCircleCheck, IconClock, IconHandStop } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { AddressBlock } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { CopyId } from '../../ui/copy.tsx'
import { count } from '../../ui/format.ts'
import { Empty, Section } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const kindWords: Record<AddressBlock['kind'], string> = {
  'key-stuffing': 'Many different API keys',
  'id-walking': 'Much that is not there',
  'request-flood': 'A flood of requests',
}
const looks = {
  active: { tone: 'bad', shape: IconHandStop },
  ended: { tone: 'good', shape: IconClock },
  lifted: { tone: 'good', shape: IconCircleCheck },
} as const

const columns: readonly Column<AddressBlock>[] = [
  {
    name: 'Why',
    show: ({ id, kind, times, withinSeconds, count: counted }) => (
      <div className="stack-tight">
        <span className="row-name">{kindWords[kind]}</span>
        <span className="small">
          {count(counted)} counted; {count(times)} in {withinSeconds} s are a flood <CopyId short id={id} />
        </span>
      </div>
    ),
  },
  {
    name: 'State',
    show: ({ state, liftedBy, note }) => (
      <div className="stack-tight">
        <Badge {...looks[state]} word={state} />
        {liftedBy !== null && (
          <span className="small soft">
            by <CopyId short id={liftedBy} />
          </span>
        )}
        {note !== null && <span className="small">{note}</span>}
      </div>
    ),
  },
  {
    name: 'Address',
    show: ({ ipAddress }) => (ipAddress === null ? <span className="soft">not known</span> : <code>{ipAddress}</code>),
  },
  { name: 'Since', show: ({ startedAt }) => <When at={startedAt} /> },
  { name: 'Until', show: ({ liftedAt, endsAt }) => <When at={liftedAt ?? endsAt} /> },
  {
    name: 'Review asked for',
    show: ({ reviewAskedAt }) =>
      reviewAskedAt === null ? <span className="soft">no</span> : <When at={reviewAskedAt} />,
  },
]

const LiftDialog = ({ block, onClose }: { block: AddressBlock; onClose: () => void }) => {
  const api = useApi()
  const [note, setNote] = useState('')
  const body = note.trim() === '' ? {} : { note: note.trim() }
  const params = { path: { blockId: block.id } }
  const lift = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/operate/blocks/{blockId}/lift', { params, body: input })),
    { changes: [['blocks']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Lift the block"
      act="Lift block"
      busy={lift.isPending}
      error={lift.error}
      cli={avowLine('block', 'lift', block.id, ...(body.note === undefined ? [] : ['--note', body.note]))}
      call={{ method: 'POST', path: `/api/v1/operate/blocks/${block.id}/lift`, body }}
      onSubmit={() => lift.mutate(body)}
    >
      <p>Requests of nobody known from {block.ipAddress ?? 'this address'} are answered again at once.</p>
      <Textarea
        label="What the review found (optional)"
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
        value={note}
        error={fieldErrors(lift.error)['note']}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** Addresses that were blocked by themselves: on what grounds, until when, and who asks for a review. */
export const AddressBlocks = () => {
  const api = useApi()
  const [lifting, setLifting] = useState<AddressBlock | null>(null)
  const query = useInfiniteQuery({
    ...pagesQuery(['blocks'], (page) => answer(api.GET('/api/v1/operate/blocks', { params: { query: page } }))),
    refetchInterval: 30_000,
  })
  const acts: Column<AddressBlock> = {
    name: 'Acts',
    quiet: true,
    show: (block) =>
      block.state === 'active' && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setLifting(block)}>
            Lift<span className="only-read"> the block on {block.ipAddress}</span>
          </Button>
        </div>
      ),
  }
  return (
    <Section
      title="Blocked addresses"
      about="After a flood, strangers from an address are not answered for a while. Whoever was signed in or used a working key goes on."
    >
      <PagedRows
        label="Blocked addresses"
        columns={[...columns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No address was blocked">
            <a href="/docs/operate/alerts#floods">What blocks one</a>
          </Empty>
        }
      />
      {lifting !== null && <LiftDialog block={lifting} onClose={() => setLifting(null)} />}
    </Section>
  )
}
