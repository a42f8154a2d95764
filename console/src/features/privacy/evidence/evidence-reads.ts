import { queryOptions } from '@tanstack/react-query'
import { Unreachable } from '../../../app/problem.ts'

/** Anyone may read the evidence log: plain files, no API. Null when the log has no such thing. */
const readLog = async (path: string): Promise<Response | null> => {
  const response = await fetch(`/evidence/${path}`).catch((cause: unknown) => {
    throw new Unreachable(cause)
  })
  if (response.status === 404) return null
  if (!response.ok) throw new Unreachable(new Error(`the evidence log answered ${response.status}`))
  return response
}

export const readLogText = async (path: string): Promise<string | null> => (await readLog(path))?.text() ?? null

export const readLogBytes = async (path: string): Promise<Uint8Array> => {
  const response = await readLog(path)
  return response === null ? new Uint8Array() : new Uint8Array(await response.arrayBuffer())
}

/** The key with which the log is signed. */
export const logKeyQuery = queryOptions({
  queryKey: ['evidence', 'key'],
  queryFn: async () => (await readLogText('key'))?.trim() ?? '',
  staleTime: Number.POSITIVE_INFINITY,
})

/** The newest signed head of the log; null before the first. */
export const checkpointQuery = queryOptions({
  queryKey: ['evidence', 'checkpoint'],
  queryFn: () => readLogText('checkpoint'),
  refetchInterval: 15_000,
})
