import type { Key, ReactNode } from 'react'
import { ProblemNotice } from './notice.tsx'
import { PageLoading } from './page.tsx'
import { type Column, MoreRows, Rows } from './rows.tsx'

interface Props<Row> {
  label: string
  columns: readonly Column<Row>[]
  query: {
    data: { pages: { items: Row[] }[] } | undefined
    error: unknown
    isPending: boolean
    refetch: () => unknown
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }
  keyOf: (row: Row) => Key
  /** What stands there when there is no row. */
  empty: ReactNode
}

/** A list that comes page by page: loading, failed, empty, or its rows with a button for more. */
export const PagedRows = <Row,>({ label, columns, query, keyOf, empty }: Props<Row>) => {
  const rows = query.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {rows?.length === 0 && empty}
      {rows !== undefined && rows.length > 0 && (
        <div>
          <Rows label={label} columns={columns} rows={rows} keyOf={keyOf} />
          <MoreRows query={query} />
        </div>
      )}
    </>
  )
}
