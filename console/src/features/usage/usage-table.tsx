import type { UsageFilter } from '../../app/queries.ts'
import type { Usage, UsageRow } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { count, money, utcTime } from '../../ui/format.ts'
import { type Column, Rows } from '../../ui/rows.tsx'

const names = { hour: 'Hour (UTC)', day: 'Day (UTC)', model: 'Model', key: 'Key' }

const showGroup = (groupBy: UsageFilter['groupBy'], row: UsageRow) => {
  if (groupBy === 'model') return row.model ?? '–'
  if (groupBy === 'key')
    return (
      <>
        {row.keyName ?? 'a key that is gone'} {row.keyId !== null && <CopyId id={row.keyId} />}
      </>
    )
  if (row.at === null) return '–'
  return (
    <time dateTime={row.at}>{groupBy === 'day' ? row.at.slice(0, 10) : utcTime(new Date(row.at)).slice(0, 16)}</time>
  )
}

/** The rows of a usage answer, newest first where they have a time. */
export const UsageTable = ({ usage, groupBy }: { usage: Usage; groupBy: UsageFilter['groupBy'] }) => {
  const columns: readonly Column<UsageRow>[] = [
    { name: names[groupBy], show: (row) => showGroup(groupBy, row) },
    { name: 'Requests', numeric: true, show: (row) => count(row.requests) },
    ...(usage.totals.batchRequests === 0
      ? []
      : [{ name: 'In batches, half price', numeric: true, show: (row: UsageRow) => count(row.batchRequests) }]),
    { name: 'Prompt tokens', numeric: true, show: (row) => count(row.promptTokens) },
    { name: 'Completion tokens', numeric: true, show: (row) => count(row.completionTokens) },
    { name: 'Failed', numeric: true, show: (row) => count(row.failedRequests) },
    { name: 'Cost', numeric: true, show: (row) => money(row.costMicros, usage.currency, 6) },
  ]
  const rows = usage.rows.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? ''))
  return (
    <Rows
      label={`Usage by ${groupBy}`}
      columns={columns}
      rows={rows}
      keyOf={(row) => `${row.at} ${row.model} ${row.keyId}`}
    />
  )
}
