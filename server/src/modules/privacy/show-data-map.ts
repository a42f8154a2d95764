import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { MappedColumn } from '../../platform/db/index.ts'
import { decodeCursor, type Route, route, toPage } from '../../platform/http/index.ts'

/** Every column with what it holds, why, and for how long; in the order of tables. */
export const showDataMap = (policy: CompiledPolicy, map: readonly MappedColumn[]): Route =>
  route(contract.privacy.dataMap, async ({ query }) => {
    const period = (column: MappedColumn): string | null => {
      const rule = policy.retention(column.retention.class)
      if (rule === null) return null
      return rule.period === 'forever' ? 'forever' : rule.period.text
    }
    const wanted = map.filter(
      (column) =>
        (query.table === undefined || column.table === query.table) &&
        (query.category === undefined || column.category === query.category),
    )
    const from = decodeCursor(query.cursor)?.atMs ?? 0
    const rows = wanted.map((column, index) => ({ column, index })).slice(from, from + query.limit + 1)
    return toPage(
      rows,
      query.limit,
      ({ index, column }) => ({ atMs: index + 1, id: `${column.table}.${column.column}` }),
      ({ column }) => ({
        ...column,
        sealed: column.sealedFor !== null,
        purposes: [...column.purposes],
        retention: column.retention.class,
        period: period(column),
      }),
    )
  })
