import './privacy.css'
import { NativeSelect, TextInput } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import type { DataMapColumn } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { count, period } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { dataMapQuery } from './data-map-query.ts'

const columns: readonly Column<DataMapColumn>[] = [
  {
    name: 'Column',
    show: (column) => (
      <div className="stack-tight">
        <code className="row-name">{column.column}</code>
        {column.note !== null && <span className="small soft">{column.note}</span>}
      </div>
    ),
  },
  { name: 'Category', show: (column) => column.category },
  { name: 'About', show: (column) => column.subject },
  { name: 'Purposes', show: (column) => column.purposes.join(', ') },
  {
    name: 'Kept',
    show: (column) => (
      <div>
        {column.period === null ? <span className="soft">with its row</span> : period(column.period)}
        <br />
        <code className="soft">{column.retention}</code>
      </div>
    ),
  },
  { name: 'Sealed', show: (column) => (column.sealed ? 'yes' : <span className="soft">no</span>) },
  { name: 'On erasure', show: (column) => column.erasure },
]

const matches = (column: DataMapColumn, text: string) =>
  [
    column.table,
    column.column,
    column.module,
    column.category,
    column.subject,
    column.retention,
    column.note,
    ...column.purposes,
  ].some((value) => value?.toLowerCase().includes(text))

const TableMap = ({ table, rows, open }: { table: string; rows: readonly DataMapColumn[]; open: boolean }) => (
  <details className="table-map" open={open}>
    <summary>
      <IconChevronRight size={16} aria-hidden />
      <code>{table}</code>
      <span className="small soft num">
        {rows[0]?.module} · {count(rows.length)} {rows.length === 1 ? 'column' : 'columns'}
      </span>
    </summary>
    <Rows label={`Columns of ${table}`} columns={columns} rows={rows} keyOf={(row) => row.column} />
  </details>
)

/** Every column of the database: what it holds, about whom, why, for how long, and what erasure does to it. */
export const DataMapPage = () => {
  const { search = '', category } = useSearch({ from: '/signed-in/privacy/data-map' })
  const navigate = useNavigate({ from: '/privacy/data-map' })
  const { data, error, refetch, isPending } = useQuery(dataMapQuery(useApi()))
  const all = data ?? []
  const shown = all
    .filter((column) => category === undefined || column.category === category)
    .filter((column) => matches(column, search.toLowerCase()))
  const tables = Map.groupBy(shown, (column) => column.table)
  const narrowed = search !== '' || category !== undefined
  return (
    <Page
      title="Data map"
      about="Every column of the database. The server does not start with one that is not declared here, so the list is whole."
    >
      <search className="filters">
        <TextInput
          className="grow"
          label="Search"
          placeholder="Table, column, purpose"
          value={search}
          onChange={(event) => {
            const text = event.currentTarget.value
            void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true })
          }}
        />
        <NativeSelect
          label="Category"
          value={category ?? ''}
          onChange={(event) => {
            const next = event.currentTarget.value || undefined
            void navigate({ search: (old) => ({ ...old, category: next }), replace: true })
          }}
          data={[{ value: '', label: 'All' }, ...[...new Set(all.map((column) => column.category))].toSorted()]}
        />
      </search>
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <p className="small soft num" role="status">
          {count(shown.length)} columns in {count(tables.size)} tables
        </p>
      )}
      {data !== undefined && shown.length === 0 && (
        <Empty title="No column is like that">Change the search or the category.</Empty>
      )}
      <div className="table-maps">
        {[...tables].map(([table, rows]) => (
          <TableMap key={`${table} ${narrowed}`} table={table} rows={rows} open={narrowed} />
        ))}
      </div>
      <SameAct
        cli={avowLine('data', 'map', ...(category === undefined ? [] : ['--category', category]))}
        call={{ method: 'GET', path: '/api/v1/privacy/data-map' }}
      />
    </Page>
  )
}
