import { infiniteQueryOptions } from '@tanstack/react-query'
import { Refused } from '../../../app/problem.ts'
import { useInferenceApi } from '../playground-key.ts'

/** A batch as OpenAI's API shows it. Times in seconds since 1970. */
export interface Batch {
  id: string
  endpoint: string
  status: string
  input_file_id: string
  output_file_id: string | null
  error_file_id: string | null
  created_at: number
  expires_at: number
  request_counts: { total: number; completed: number; failed: number }
  errors: { data: { message: string; line: number | null }[] } | null
}

interface ListOf<Row> {
  data: Row[]
  has_more: boolean
  last_id: string | null
}

const ended = new Set(['failed', 'completed', 'expired', 'cancelled'])
export const isEnded = ({ status }: Batch): boolean => ended.has(status)

/** A refusal of `/v1` as the console tells refusals. */
const refusalOf = async (response: Response): Promise<Refused> => {
  const body = (await response.json().catch(() => null)) as {
    error?: { message?: string; code?: string | null }
  } | null
  const detail = body?.error?.message ?? `The server answered ${response.status} without saying why.`
  const code = body?.error?.code ?? String(response.status)
  const requestId = response.headers.get('x-request-id')
  const more = requestId === null ? {} : { requestId }
  return new Refused({ type: 'about:blank', title: detail, status: response.status, code, detail, ...more })
}

/** Files and batches of a project, by the API of programs. @throws Refused, Unreachable */
export const useBatchesApi = (projectId: string) => {
  const call = useInferenceApi(projectId)
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await call(path, init)
    if (!response.ok) throw await refusalOf(response)
    return response
  }
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { 'content-type': 'application/json' }
    return (await (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as T
  }
  return {
    list: async (after: string | null): Promise<{ items: Batch[]; nextCursor: string | null }> => {
      const query = new URLSearchParams({ limit: '25', ...(after === null ? {} : { after }) })
      const page = (await (await ask(`/v1/batches?${query}`)).json()) as ListOf<Batch>
      return { items: page.data, nextCursor: page.has_more ? page.last_id : null }
    },
    create: async (file: File, endpoint: string): Promise<Batch> => {
      const form = new FormData()
      form.append('purpose', 'batch')
      form.append('file', file)
      const { id } = (await (await ask('/v1/files', { method: 'POST', body: form })).json()) as { id: string }
      return post('/v1/batches', { input_file_id: id, endpoint, completion_window: '24h' })
    },
    cancel: (id: string): Promise<Batch> => post(`/v1/batches/${id}/cancel`, {}),
    content: async (fileId: string): Promise<Blob> => (await ask(`/v1/files/${fileId}/content`)).blob(),
  }
}

export type BatchesApi = ReturnType<typeof useBatchesApi>

const lookMs = 2000

/** Batches, newest first; looked at again while one of them is under way. */
export const batchesQuery = (api: BatchesApi, projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['batches', projectId],
    queryFn: ({ pageParam }) => api.list(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((one) => !isEnded(one))) === true ? lookMs : false,
  })
