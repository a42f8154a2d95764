import { Button } from '@mantine/core'
import type { Key as ReactKey, ReactNode } from 'react'

export interface Column<Row> {
  name: string
  show: (row: Row) => ReactNode
  /** Numbers stand to the right and line up. */
  numeric?: boolean
  /** The column's name is for screen readers only, such as that of a column of buttons. */
  quiet?: boolean
}

const as = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
}

/**
 * A table that becomes a list of cards on a narrow screen. The roles are written out, because a table that is
 * laid out as blocks loses its own.
 */
export const Rows = <Row,>({
  label,
  columns,
  rows,
  keyOf,
}: {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => ReactKey
}) => (
  <table className="rows" {...as.table} aria-label={label}>
    <thead {...as.group}>
      <tr {...as.row}>
        {columns.map((column) => (
          <th key={column.name} scope="col" {...as.head} className={column.numeric ? 'num right' : undefined}>
            {column.quiet ? <span className="only-read">{column.name}</span> : column.name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody {...as.group}>
      {rows.map((row) => (
        <tr key={keyOf(row)} {...as.row}>
          {columns.map((column) => (
            <td
              key={column.name}
              {...as.cell}
              data-name={column.quiet ? undefined : column.name}
              className={column.numeric ? 'num right' : undefined}
            >
              {column.show(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

interface PagedQuery {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** The button under a list that has more rows. */
export const MoreRows = ({ query }: { query: PagedQuery }) =>
  query.hasNextPage && (
    <div className="more">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  )
