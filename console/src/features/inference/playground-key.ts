import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { answer, Unreachable } from '../../app/problem.ts'

/** A key is made anew this long before it runs out. */
const spareMs = 5 * 60_000

/** The page's own key: in memory only, one for all visits of this tab until near its end or the person signs out. */
const usePlaygroundKey = (projectId: string) => {
  const api = useApi()
  const queries = useQueryClient()
  const kept = queryOptions({
    queryKey: ['playground-key', projectId],
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const made = await answer(
        api.POST('/api/v1/projects/{projectId}/playground-key', { params: { path: { projectId } } }),
      )
      if (made.secret === null || made.expiresAt === null)
        throw new Error('A playground key came without its secret or its end.')
      return { secret: made.secret, endsMs: Date.parse(made.expiresAt) }
    },
  })
  return {
    get: async () => {
      const known = queries.getQueryData(kept.queryKey)
      if (known !== undefined && known.endsMs - Date.now() > spareMs) return known.secret
      return (await queries.fetchQuery({ ...kept, staleTime: 0 })).secret
    },
    forget: () => queries.removeQueries({ queryKey: kept.queryKey }),
  }
}

const send = (secret: string, path: string, init: RequestInit) =>
  fetch(path, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${secret}` },
    // The key alone says who calls; the session cookie has no business here.
    credentials: 'omit',
  }).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause
    throw new Unreachable(cause)
  })

/** Asks `/v1`, the API of programs, as this project. @throws Unreachable */
export const useInferenceApi = (projectId: string) => {
  const key = usePlaygroundKey(projectId)
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const first = await send(await key.get(), path, init)
    if (first.status !== 401) return first
    // The key ran out or was revoked: one new one, once.
    key.forget()
    return send(await key.get(), path, init)
  }
}
