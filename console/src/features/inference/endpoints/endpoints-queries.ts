import type { AvowClient, paths } from '@avow/sdk'
import { queryOptions } from '@tanstack/react-query'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'

const address = '/api/v1/projects/{projectId}/endpoints'
export type Endpoint = paths[typeof address]['get']['responses'][200]['content']['application/json']['items'][number]

const atRestMs = 5000
const busyMs = 1000
const isBusy = ({ state }: Endpoint): boolean => state === 'starting' || state === 'updating' || state === 'deleting'
const lookMs = (endpoints: readonly Endpoint[]): number => (endpoints.some(isBusy) ? busyMs : atRestMs)

export const endpointsQuery = (api: AvowClient, projectId: string) =>
  queryOptions({
    queryKey: ['endpoints', projectId],
    queryFn: () => answer(api.GET(address, { params: { path: { projectId } } })),
    refetchInterval: ({ state }) => lookMs(state.data?.items ?? []),
  })

export const offerQuery = (api: AvowClient, projectId: string) =>
  queryOptions({
    queryKey: ['endpoint-offer', projectId],
    queryFn: () => answer(api.GET('/api/v1/projects/{projectId}/endpoint-offer', { params: { path: { projectId } } })),
  })

interface Of {
  readonly projectId: string
  readonly endpointId: string
}

export const endpointQuery = (api: AvowClient, path: Of) =>
  queryOptions({
    queryKey: ['endpoints', path.projectId, path.endpointId],
    queryFn: () => answer(api.GET(`${address}/{endpointId}`, { params: { path } })),
    refetchInterval: ({ state }) => (state.data === undefined ? false : lookMs([state.data])),
  })

export const eventsQuery = (api: AvowClient, path: Of) => ({
  ...pagesQuery(['endpoints', path.projectId, path.endpointId, 'events'], (query) =>
    answer(api.GET(`${address}/{endpointId}/events`, { params: { path, query } })),
  ),
  refetchInterval: atRestMs,
})

export const logsQuery = (api: AvowClient, path: Of) =>
  queryOptions({
    queryKey: ['endpoints', path.projectId, path.endpointId, 'logs'],
    queryFn: () => answer(api.GET(`${address}/{endpointId}/logs`, { params: { path, query: { lines: 50 } } })),
    refetchInterval: atRestMs,
  })
