import { Button, Progress } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRole } from '../../../app/use-scope.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { Notice } from '../../../ui/notice.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { BatchActs } from './batch-acts.tsx'
import { type Batch, type BatchesApi, batchesQuery, isEnded, useBatchesApi } from './batches-api.ts'
import { CreateBatchDialog } from './create-batch-dialog.tsx'

const route = '/signed-in/projects/$projectId/batches'

const instantOf = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** How far a batch is, in words, and as a bar while it goes on. */
const HowFar = ({ batch }: { batch: Batch }) => {
  const { total, completed, failed } = batch.request_counts
  const state = batch.status.replace('_', ' ')
  return (
    <div className="stack-tight">
      <span>
        {state}
        {total > 0 && `, ${completed + failed} of ${total} lines`}
        {failed > 0 && `, ${failed} failed`}
      </span>
      {total > 0 && !isEnded(batch) && (
        <Progress
          value={(100 * (completed + failed)) / total}
          aria-label={`Progress of ${batch.id}`}
          transitionDuration={200}
        />
      )}
    </div>
  )
}

const columnsOf = (api: BatchesApi, projectId: string): readonly Column<Batch>[] => [
  { name: 'Made', show: ({ created_at: at }) => <When at={instantOf(at)} /> },
  {
    name: 'Batch',
    show: ({ id, endpoint }) => (
      <div className="stack-tight">
        <span className="row-name">{id}</span>
        <span className="small soft">{endpoint}</span>
      </div>
    ),
  },
  { name: 'How far', show: (batch) => <HowFar batch={batch} /> },
  { name: 'Ends by', show: (batch) => (isEnded(batch) ? 'ended' : <When at={instantOf(batch.expires_at)} />) },
  { name: 'Acts', quiet: true, show: (batch) => <BatchActs {...{ api, projectId, batch }} /> },
]

const Batches = ({ projectId }: { projectId: string }) => {
  const { create } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/batches' })
  const api = useBatchesApi(projectId)
  const batches = useInfiniteQuery(batchesQuery(api, projectId))
  const open = (isOpen: boolean) => void navigate({ search: isOpen ? { create: 'true' } : {}, replace: true })
  const begin = <Button onClick={() => open(true)}>New batch</Button>
  return (
    <>
      {(batches.data?.pages[0]?.items.length ?? 0) > 0 && <div className="row-actions">{begin}</div>}
      <PagedRows
        label="Batches"
        columns={columnsOf(api, projectId)}
        query={batches}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No batch yet" action={begin}>
            A batch answers many calls within a day, at half the price.
          </Empty>
        }
      />
      <SameAct
        cli={avowLine('batches', 'list', '--project', projectId)}
        call={{ method: 'GET', path: '/v1/batches' }}
      />
      {create !== undefined && <CreateBatchDialog {...{ api, projectId }} onClose={() => open(false)} />}
    </>
  )
}

/** Many calls at once, from a file. */
export const BatchesPage = () => {
  const { projectId } = useParams({ from: route })
  const mayCall = useRole('owner', 'admin', 'member')
  return (
    <Page
      title="Batches"
      about="Many calls, given as a file and answered within a day, at half the price. They go on over a restart, and make way for calls that somebody waits for."
    >
      {mayCall ? (
        <Batches projectId={projectId} />
      ) : (
        <Notice kind="info" title="Your role may look, not call">
          Ask an owner or admin of the organisation for the role of a member.
        </Notice>
      )}
    </Page>
  )
}
