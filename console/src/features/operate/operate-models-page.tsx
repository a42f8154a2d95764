import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { OperatorModel } from '../../app/views.ts'
import { money } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { type Column, MoreRows, Rows } from '../../ui/rows.tsx'
import { ModelName, ModelState } from '../inference/model-cells.tsx'
import { AddModelDialog } from './add-model-dialog.tsx'
import { ModelActs } from './model-acts.tsx'

const columns: readonly Column<OperatorModel>[] = [
  {
    name: 'Model',
    show: (model) => <ModelName model={model} />,
  },
  {
    name: 'State',
    show: (model) => <ModelState model={model} />,
  },
  {
    name: 'Served by',
    show: (model) => (
      <div className="stack-tight">
        <span>{model.upstream ?? 'this machine'}</span>
        {model.upstream !== null && (
          <span className="small soft">{model.hasUpstreamKey ? 'with a key' : 'without a key'}</span>
        )}
        {model.providers.length > 0 && (
          <span className="small soft">{model.providers.join(', ')} may see requests</span>
        )}
      </div>
    ),
  },
  {
    name: 'Price per million tokens',
    numeric: true,
    show: (model) => (
      <div>
        {money(model.promptMicrosPerMillionTokens, model.currency)} in
        <br />
        {money(model.completionMicrosPerMillionTokens, model.currency)} out
      </div>
    ),
  },
  { name: 'Acts', quiet: true, show: (model) => <ModelActs model={model} /> },
]

const useOperatorModels = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['models', 'operator'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/operate/models', {
          params: { query: { limit: 100, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: (query) => {
      const models = query.state.data?.pages.flatMap((page) => page.items) ?? []
      return models.some(({ state }) => state === 'downloading' || state === 'starting') ? 1000 : 15_000
    },
  })
}

/** The catalogue as its operator sees it: download, prices, upstreams. */
export const OperateModelsPage = () => {
  const [adding, setAdding] = useState(false)
  const query = useOperatorModels()
  const models = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page
      title="Model catalogue"
      about="Download models to this machine, or put any OpenAI-compatible server behind the gateway."
      actions={<Button onClick={() => setAdding(true)}>Add an upstream</Button>}
    >
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {query.data !== undefined && models.length === 0 && (
        <Empty title="The catalogue is empty" action={<Button onClick={() => setAdding(true)}>Add an upstream</Button>}>
          Put an OpenAI-compatible server, such as vLLM, behind the gateway.
        </Empty>
      )}
      {models.length > 0 && <Rows label="Models" columns={columns} rows={models} keyOf={(model) => model.id} />}
      <MoreRows query={query} />
      {adding && <AddModelDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}
