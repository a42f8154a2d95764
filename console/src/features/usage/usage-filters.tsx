import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { keysQuery, modelsQuery } from '../../app/queries.ts'
import { type UsageSearch, usageSearchOf } from '../../app/search.ts'
import { useScope } from '../../app/use-scope.ts'
import { usageFilterOf } from './usage-rows.ts'

const route = '/signed-in/projects/$projectId/usage'

const useChange = () => {
  const navigate = useNavigate({ from: '/projects/$projectId/usage' })
  // Read back as if typed into the address bar, so that a select can only ask what the page understands.
  return (change: Record<string, string | undefined>) =>
    void navigate({ search: (old: UsageSearch) => usageSearchOf({ ...old, ...change }), replace: true })
}

const CustomRange = () => {
  const search = useSearch({ from: route })
  const change = useChange()
  const { since, until } = usageFilterOf(search, new Date())
  const lastDay = new Date(Date.parse(until) - 1).toISOString().slice(0, 10)
  return (
    <>
      <TextInput
        label="From (UTC)"
        type="date"
        value={search.from ?? since.slice(0, 10)}
        onChange={(event) => change({ from: event.currentTarget.value, to: search.to ?? lastDay })}
      />
      <TextInput
        label="To (UTC)"
        type="date"
        value={search.to ?? lastDay}
        onChange={(event) => change({ to: event.currentTarget.value, from: search.from ?? since.slice(0, 10) })}
      />
    </>
  )
}

const KeyChoice = () => {
  const { projectId } = useParams({ from: route })
  const { key } = useSearch({ from: route })
  const change = useChange()
  const { data } = useInfiniteQuery(keysQuery(useApi(), projectId, { kind: 'api' }))
  const keys = data?.pages.flatMap((page) => page.items) ?? []
  const alike = new Set(keys.filter(({ id, name }) => keys.some((other) => other.id !== id && other.name === name)))
  return (
    <NativeSelect
      label="Key"
      value={key ?? ''}
      onChange={(event) => change({ key: event.currentTarget.value })}
      data={[
        { value: '', label: 'All keys' },
        ...keys.map((each) => ({
          value: each.id,
          label: alike.has(each) ? `${each.name} (${each.prefix}…)` : each.name,
        })),
      ]}
    />
  )
}

/** Time, grouping and narrowing of the usage page; all of it lives in the address bar. */
export const UsageFilters = () => {
  const search = useSearch({ from: route })
  const change = useChange()
  const { organisation } = useScope()
  const { data: models } = useQuery(modelsQuery(useApi()))
  const range = search.range ?? '30d'
  return (
    <search className="filters">
      <NativeSelect
        label="Time"
        value={range}
        onChange={(event) => change({ range: event.currentTarget.value, by: undefined })}
        data={[
          { value: '24h', label: 'Last 24 hours' },
          { value: '7d', label: 'Last 7 days' },
          { value: '30d', label: 'Last 30 days' },
          { value: '90d', label: 'Last 90 days' },
          { value: 'custom', label: 'From … to …' },
        ]}
      />
      {range === 'custom' && <CustomRange />}
      <NativeSelect
        label="Of"
        value={search.of ?? ''}
        onChange={(event) => change({ of: event.currentTarget.value, key: undefined })}
        data={[
          { value: '', label: 'This project' },
          { value: 'organisation', label: organisation?.name ?? 'The organisation' },
        ]}
      />
      <NativeSelect
        label="Model"
        value={search.model ?? ''}
        onChange={(event) => change({ model: event.currentTarget.value })}
        data={[{ value: '', label: 'All models' }, ...(models?.items.map(({ id }) => id) ?? [])]}
      />
      {search.of === undefined && <KeyChoice />}
      <SegmentedControl
        aria-label="Group by"
        value={usageFilterOf(search, new Date()).groupBy}
        onChange={(value) => change({ by: value })}
        data={[
          { value: 'hour', label: 'Hour' },
          { value: 'day', label: 'Day' },
          { value: 'model', label: 'Model' },
          { value: 'key', label: 'Key' },
        ]}
      />
    </search>
  )
}
