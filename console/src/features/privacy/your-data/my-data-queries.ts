import type { AvowClient } from '@avow/sdk'
import { queryOptions } from '@tanstack/react-query'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'

/** What is held about the person who is signed in. */
export const myDataQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['my-data'], queryFn: () => answer(api.GET('/api/v1/me/data')) })

/** What the person asked for by right, newest first; asked again while something is under way. */
export const myRequestsQuery = (api: AvowClient) => ({
  ...pagesQuery(['my-requests'], (query) => answer(api.GET('/api/v1/me/requests', { params: { query } }))),
  refetchInterval: 15_000,
})

const exportEveryMs = 1000

/** The person's copy, if there is one; asked again while it is made. */
export const myExportQuery = (api: AvowClient) =>
  queryOptions({
    queryKey: ['my-export'],
    queryFn: async () => (await answer(api.GET('/api/v1/me/export'))).export,
    refetchInterval: ({ state: { data } }) => (data == null || data.state === 'done' ? false : exportEveryMs),
  })
