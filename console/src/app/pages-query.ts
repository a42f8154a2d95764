import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query'

interface PageOf<Row> {
  items: Row[]
  nextCursor: string | null
}

/** A list that is read page by page; `read` gets what the query of a page needs. */
export const pagesQuery = <Row>(
  queryKey: QueryKey,
  read: (page: { limit: number; cursor?: string }) => Promise<PageOf<Row>>,
) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => read({ limit: 25, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
