import type { AvowClient } from '@avow/sdk'
import { queryOptions } from '@tanstack/react-query'
import { answer } from '../../app/problem.ts'
import type { DataMapColumn } from '../../app/views.ts'

/** Every column of the data map. */
export const dataMapQuery = (api: AvowClient) =>
  queryOptions({
    queryKey: ['data-map'],
    queryFn: async () => {
      const columns: DataMapColumn[] = []
      let cursor: string | null = null
      do {
        const query: { limit: number; cursor?: string } = { limit: 1000, ...(cursor === null ? {} : { cursor }) }
        const page = await answer(api.GET('/api/v1/privacy/data-map', { params: { query } }))
        columns.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      return columns
    },
    staleTime: 300_000,
  })
