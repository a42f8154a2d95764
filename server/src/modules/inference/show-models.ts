import { contract } from '@avow/contract'
import { decodeCursor, type Route, route, toPage } from '../../platform/http/index.ts'
import { type ModelStates, viewModel, viewModelForOperator } from './model-view.ts'
import { type CatalogueEntry, listCatalogue } from './store.ts'

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The catalogue by id. It is small: states, which are not in the database, are compared here. */
export const showModelsRoutes = (states: ModelStates): Route[] => [
  route(contract.models.list, async ({ tx, query }) => {
    const text = query.search?.toLowerCase()
    const rows = (await listCatalogue(tx)).filter(
      (row) =>
        (text === undefined || `${row.id} ${row.name} ${row.description}`.toLowerCase().includes(text)) &&
        (query.state === undefined || viewModel(row, states).state === query.state),
    )
    return pageOf(rows, query, (row) => viewModel(row, states))
  }),
  route(contract.models.listForOperator, async ({ tx, query }) =>
    pageOf(await listCatalogue(tx), query, (row) => viewModelForOperator(row, states)),
  ),
]

const pageOf = <V>(rows: readonly CatalogueEntry[], { limit, cursor }: Page, view: (row: CatalogueEntry) => V) => {
  const after = decodeCursor(cursor)?.id
  const rest = after === undefined ? rows : rows.filter((row) => row.id > after)
  return toPage(rest.slice(0, limit + 1), limit, (row) => ({ atMs: 0, id: row.id }), view)
}
