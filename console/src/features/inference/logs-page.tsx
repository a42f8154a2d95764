import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer } from '../../app/problem.ts'
import { keysQuery, modelsQuery } from '../../app/queries.ts'
import { useRole } from '../../app/use-scope.ts'
import type { KeptCall } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { When } from '../../ui/when.tsx'
import { BodyDialog, DeleteBodiesDialog } from './body-dialogs.tsx'
import { KeepingSection } from './keeping-section.tsx'

const route = '/signed-in/projects/$projectId/logs'

const outcomes = ['completed', 'client_gone', 'upstream_refused', 'upstream_failed', 'interrupted'] as const
const outcomeWords: Readonly<Record<KeptCall['outcome'], string>> = {
  completed: 'completed',
  client_gone: 'the caller hung up',
  upstream_refused: 'refused by the model’s server',
  upstream_failed: 'the model’s server failed',
  interrupted: 'this server stopped',
}
const outcomeOf = (text: string | undefined) => outcomes.find((one) => one === text)

const operationWords: Readonly<Record<KeptCall['operation'], string>> = {
  'chat.completions': 'chats',
  responses: 'responses',
  completions: 'completions',
  embeddings: 'embeddings',
}
const operations = Object.keys(operationWords) as KeptCall['operation'][]
const operationOf = (text: string | undefined) => operations.find((one) => one === text)

const useKeyNames = (projectId: string): ReadonlyMap<string, string> => {
  const { data } = useInfiniteQuery(keysQuery(useApi(), projectId, {}))
  return new Map(data?.pages.flatMap(({ items }) => items.map(({ id, name }) => [id, name] as const)))
}

const Filters = ({ keyNames }: { keyNames: ReadonlyMap<string, string> }) => {
  const { key, model, operation, status, outcome } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/logs' })
  const models = useQuery(modelsQuery(useApi())).data?.items ?? []
  const set = (name: 'key' | 'model' | 'operation' | 'status' | 'outcome', value: string) =>
    void navigate({ search: (old) => ({ ...old, [name]: value || undefined }), replace: true })
  return (
    <search className="filters">
      <NativeSelect
        label="Key"
        value={key ?? ''}
        onChange={(event) => set('key', event.currentTarget.value)}
        data={[{ value: '', label: 'All' }, ...[...keyNames].map(([value, label]) => ({ value, label }))]}
      />
      <NativeSelect
        label="Model"
        value={model ?? ''}
        onChange={(event) => set('model', event.currentTarget.value)}
        data={[{ value: '', label: 'All' }, ...models.map(({ id }) => id)]}
      />
      <NativeSelect
        label="Kind"
        value={operation ?? ''}
        onChange={(event) => set('operation', event.currentTarget.value)}
        data={[{ value: '', label: 'All' }, ...operations.map((value) => ({ value, label: operationWords[value] }))]}
      />
      <NativeSelect
        label="Ended"
        value={outcome ?? ''}
        onChange={(event) => set('outcome', event.currentTarget.value)}
        data={[{ value: '', label: 'In any way' }, ...outcomes.map((value) => ({ value, label: outcomeWords[value] }))]}
      />
      <TextInput
        label="Status"
        placeholder="200"
        inputMode="numeric"
        maxLength={3}
        defaultValue={status ?? ''}
        onChange={({ currentTarget: { value } }) => {
          if (value === '' || /^[1-5]\d\d$/.test(value)) set('status', value)
        }}
      />
    </search>
  )
}

const actsOf = (onOpen: (id: string) => void): Column<KeptCall> => ({
  name: 'Acts',
  quiet: true,
  show: ({ id, model }) => (
    <div className="row-actions">
      <Button size="xs" variant="default" onClick={() => onOpen(id)}>
        Open<span className="only-read"> the call to {model}</span>
      </Button>
    </div>
  ),
})

/** @param onOpen null for who may not read what calls said */
const columnsOf = (
  keyNames: ReadonlyMap<string, string>,
  onOpen: ((id: string) => void) | null,
): readonly Column<KeptCall>[] => [
  { name: 'When', show: ({ at }) => <When at={at} /> },
  {
    name: 'Model',
    show: ({ model, operation, stream }) => (
      <div className="stack-tight">
        <span className="row-name">{model}</span>
        <span className="small soft">
          {operation}
          {stream && ', streamed'}
        </span>
      </div>
    ),
  },
  { name: 'Ended', show: ({ status, outcome }) => `${status}, ${outcomeWords[outcome]}` },
  { name: 'Key', show: ({ keyId }) => keyNames.get(keyId) ?? keyId },
  {
    name: 'Tokens',
    numeric: true,
    show: ({ promptTokens, completionTokens }) => `${promptTokens} + ${completionTokens}`,
  },
  { name: 'Took', numeric: true, show: ({ durationMs }) => `${durationMs} ms` },
  ...(onOpen === null ? [] : [actsOf(onOpen)]),
]

/** The calls of which bodies are kept. */
const KeptCalls = ({ projectId }: { projectId: string }) => {
  const { key, model, operation, status, outcome, id: opened } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/logs' })
  const api = useApi()
  const [isDeleting, setDeleting] = useState(false)
  const mayDeleteAll = useRole('owner', 'admin')
  const keyNames = useKeyNames(projectId)
  const mayRead = useRole('owner', 'admin', 'member')
  const [ended, kind] = [outcomeOf(outcome), operationOf(operation)]
  const filter = {
    ...(key === undefined ? {} : { keyId: key }),
    ...(model === undefined ? {} : { model }),
    ...(kind === undefined ? {} : { operation: kind }),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(ended === undefined ? {} : { outcome: ended }),
  }
  const isFiltered = Object.keys(filter).length > 0
  const calls = useInfiniteQuery(
    pagesQuery(['bodies', projectId, filter], (page) =>
      answer(
        api.GET('/api/v1/projects/{projectId}/bodies', {
          params: { path: { projectId }, query: { ...page, ...filter } },
        }),
      ),
    ),
  )
  const open = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, id }), replace: true })
  const isAny = (calls.data?.pages[0]?.items.length ?? 0) > 0
  return (
    <>
      <Filters keyNames={keyNames} />
      {!mayRead && <p className="soft">What calls said is for owners, admins and members to read.</p>}
      <PagedRows
        label="Kept calls"
        columns={columnsOf(keyNames, mayRead ? open : null)}
        query={calls}
        keyOf={({ id }) => id}
        empty={
          <Empty title={isFiltered ? 'No kept call is like that' : 'No bodies are kept yet'}>
            {isFiltered
              ? 'Change what is looked for.'
              : 'Once the project keeps bodies, its next calls stand here. Usage counts every call all the same.'}
          </Empty>
        }
      />
      {mayDeleteAll && isAny && (
        <div className="row-actions">
          <Button variant="default" onClick={() => setDeleting(true)}>
            Delete all
          </Button>
        </div>
      )}
      {opened !== undefined && mayRead && (
        <BodyDialog projectId={projectId} id={opened} onClose={() => open(undefined)} />
      )}
      {isDeleting && <DeleteBodiesDialog projectId={projectId} onClose={() => setDeleting(false)} />}
    </>
  )
}

/** What calls of a project asked and were answered, where it keeps that. */
export const LogsPage = () => {
  const { projectId } = useParams({ from: route })
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['body-keeping', projectId],
    queryFn: () => answer(api.GET('/api/v1/projects/{projectId}/body-keeping', { params: { path: { projectId } } })),
  })
  return (
    <Page
      title="Logs"
      about="What your programs asked and what they were answered, where this project keeps it. Only its own people see it."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && <KeepingSection projectId={projectId} keeping={data} />}
      {data?.refusal === null && <KeptCalls projectId={projectId} />}
      <SameAct
        cli={avowLine('body', data?.refusal === null ? 'list' : 'keeping', '--project', projectId)}
        call={{
          method: 'GET',
          path: `/api/v1/projects/${projectId}/${data?.refusal === null ? 'bodies' : 'body-keeping'}`,
        }}
      />
    </Page>
  )
}
