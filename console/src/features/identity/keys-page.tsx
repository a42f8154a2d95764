import { Button, NativeSelect, Switch, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { keysQuery } from '../../app/queries.ts'
import { keyStateOf, keyStates } from '../../app/search.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Key, KeyWithSecret } from '../../app/views.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { MoreRows } from '../../ui/rows.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { KeyRows } from './key-rows.tsx'
import { SecretDialog } from './secret-dialog.tsx'

const route = '/signed-in/projects/$projectId/keys'

const KeyFilters = () => {
  const { search, state, playground } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/keys' })
  const setSearch = useDebouncedCallback((text: string) => {
    void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true })
  }, 200)
  return (
    <search className="filters">
      <TextInput
        className="grow"
        label="Search"
        placeholder="Name or first characters"
        defaultValue={search ?? ''}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <NativeSelect
        label="State"
        value={state ?? ''}
        onChange={(event) => {
          const next = keyStateOf(event.currentTarget.value)
          void navigate({ search: (old) => ({ ...old, state: next }), replace: true })
        }}
        data={[{ value: '', label: 'All' }, ...keyStates.map((value) => ({ value, label: value }))]}
      />
      <Switch
        label="Playground keys too"
        checked={playground === true}
        onChange={(event) => {
          const shown = event.currentTarget.checked || undefined
          void navigate({ search: (old) => ({ ...old, playground: shown }), replace: true })
        }}
      />
    </search>
  )
}

const KeyList = ({ onSecret, onCreate }: { onSecret: (key: KeyWithSecret) => void; onCreate: (() => void) | null }) => {
  const { projectId } = useParams({ from: route })
  const { search, state, playground } = useSearch({ from: route })
  const query = useInfiniteQuery({
    ...keysQuery(useApi(), projectId, { search, state, kind: playground ? undefined : 'api' }),
    placeholderData: keepPreviousData,
  })
  if (query.isPending) return <PageLoading />
  if (query.isError) return <ProblemNotice error={query.error} again={() => void query.refetch()} />
  const keys: Key[] = query.data.pages.flatMap((page) => page.items)
  if (keys.length === 0 && (search || state))
    return <Empty title="No key is like that">Change the search or the state.</Empty>
  if (keys.length === 0)
    return (
      <Empty title="No API key yet" action={onCreate && <Button onClick={onCreate}>Create the first key</Button>}>
        A key lets a program call the models of this project. Its usage is counted under its name.
      </Empty>
    )
  return (
    <>
      <KeyRows keys={keys} onSecret={onSecret} />
      <MoreRows query={query} />
    </>
  )
}

/** API keys of a project: find, create, change, rotate, revoke. */
export const KeysPage = () => {
  const { create } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/keys' })
  const mayChange = useRole('owner', 'admin', 'member')
  const [fresh, setFresh] = useState<KeyWithSecret | null>(null)
  const setCreate = (open: boolean) => {
    void navigate({ search: (old) => ({ ...old, create: open || undefined }), replace: true })
  }
  const openCreate = mayChange ? () => setCreate(true) : null
  return (
    <Page
      title="API keys"
      about="Each program gets its own key, with its own limits. Only a hash is kept: a secret is shown once."
      actions={openCreate && <Button onClick={openCreate}>Create a key</Button>}
    >
      <KeyFilters />
      <KeyList onSecret={setFresh} onCreate={openCreate} />
      {create === true && mayChange && (
        <CreateKeyDialog
          onClose={() => setCreate(false)}
          onCreated={(key) => {
            setCreate(false)
            setFresh(key)
          }}
        />
      )}
      {fresh !== null && <SecretDialog made={fresh} onClose={() => setFresh(null)} />}
    </Page>
  )
}
