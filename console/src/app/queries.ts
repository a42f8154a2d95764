import type { AvowClient } from '@avow/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { pagesQuery } from './pages-query.ts'
import { answer } from './problem.ts'
import type { Key } from './views.ts'

/** The reads that more than one page shares; a route's loader and its page use the same one, so data is fetched once. */
export const meQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['me'], queryFn: () => answer(api.GET('/api/v1/me')), staleTime: 60_000 })

/** The address, with a change of it that waits or can be taken back. */
export const emailQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['email'], queryFn: () => answer(api.GET('/api/v1/me/email')) })

export const metaQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['meta'], queryFn: () => answer(api.GET('/api/v1/meta')), staleTime: 300_000 })

/** Whether one can write to this cloud at `/contact`: nobody is in the list where the policy keeps no messages. */
export const contactQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['contact'], queryFn: () => answer(api.GET('/api/v1/contact')), staleTime: 300_000 })

/** Whether a project keeps the bodies of its calls. */
export const keepingQuery = (api: AvowClient, projectId: string) =>
  queryOptions({
    queryKey: ['body-keeping', projectId],
    queryFn: () => answer(api.GET('/api/v1/projects/{projectId}/body-keeping', { params: { path: { projectId } } })),
  })

export const projectQuery = (api: AvowClient, projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId],
    queryFn: () => answer(api.GET('/api/v1/projects/{projectId}', { params: { path: { projectId } } })),
    staleTime: 60_000,
  })

export const projectsQuery = (api: AvowClient, organisationId: string) =>
  queryOptions({
    queryKey: ['projects', organisationId],
    queryFn: () =>
      answer(
        api.GET('/api/v1/organisations/{organisationId}/projects', {
          params: { path: { organisationId }, query: { limit: 200 } },
        }),
      ),
    staleTime: 60_000,
  })

const isMoving = (state: string) => state === 'downloading' || state === 'starting'

/** The catalogue; asked again every second while a model is being downloaded or started. */
export const modelsQuery = (api: AvowClient) =>
  queryOptions({
    queryKey: ['models'],
    queryFn: () => answer(api.GET('/api/v1/models', { params: { query: { limit: 200 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((model) => isMoving(model.state)) ? 1000 : false),
  })

export interface KeyFilter {
  search?: string | undefined
  state?: 'active' | 'rotating' | 'revoked' | 'expired' | undefined
  kind?: Key['kind'] | undefined
}

export const keysQuery = (api: AvowClient, projectId: string, { search, state, kind }: KeyFilter) =>
  infiniteQueryOptions({
    queryKey: ['keys', projectId, { search, state, kind }],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/projects/{projectId}/keys', {
          params: {
            path: { projectId },
            query: {
              limit: 25,
              ...(search ? { search } : {}),
              ...(state ? { state } : {}),
              ...(kind ? { kind } : {}),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

/** What the person was told; the shell shows the newest that they have not read. */
export const myNoticesQuery = (api: AvowClient) => ({
  ...pagesQuery(['my-notices'], (query) => answer(api.GET('/api/v1/me/notices', { params: { query } }))),
  staleTime: 60_000,
})

export const policyQuery = (api: AvowClient) =>
  queryOptions({ queryKey: ['policy'], queryFn: () => answer(api.GET('/api/v1/policy')), staleTime: 300_000 })

export const reportQuery = (api: AvowClient) =>
  queryOptions({
    queryKey: ['report'],
    queryFn: () => answer(api.GET('/api/v1/privacy/report')),
    staleTime: 30_000,
  })

export interface UsageFilter {
  /** UTC instants, ISO 8601. */
  since: string
  until: string
  groupBy: 'hour' | 'day' | 'model' | 'key'
  model?: string | undefined
  keyId?: string | undefined
}

export const usageQuery = (
  api: AvowClient,
  of: { projectId: string } | { organisationId: string },
  filter: UsageFilter,
) => {
  const { since, until, groupBy, model, keyId } = filter
  const query = { since, until, groupBy, ...(model ? { model } : {}), ...(keyId ? { keyId } : {}) }
  return queryOptions({
    queryKey: ['usage', of, query],
    queryFn: () =>
      'projectId' in of
        ? answer(api.GET('/api/v1/projects/{projectId}/usage', { params: { path: of, query } }))
        : answer(api.GET('/api/v1/organisations/{organisationId}/usage', { params: { path: of, query } })),
  })
}
