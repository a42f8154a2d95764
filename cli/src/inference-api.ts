import type { Answer, Page } from './answer.ts'
import { chatKey } from './commands/chat/choose-model.ts'
import { failureOf, problemFrom } from './failure.ts'
import type { Session } from './session.ts'

/** A file as OpenAI's API shows it. Times in seconds since 1970, sizes in bytes. */
export interface ApiFile {
  readonly id: string
  readonly bytes: number
  readonly created_at: number
  readonly expires_at: number | null
  readonly filename: string
  readonly purpose: string
}

/** A batch as OpenAI's API shows it. Times in seconds since 1970. */
export interface ApiBatch {
  readonly id: string
  readonly endpoint: string
  readonly status: string
  readonly input_file_id: string
  readonly output_file_id: string | null
  readonly error_file_id: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly request_counts: { readonly total: number; readonly completed: number; readonly failed: number }
  readonly errors: { readonly data: readonly { readonly message: string }[] } | null
}

/** Asks `/v1` with an API key: given, in the environment, of the first run, or a playground key. */
export const openInference = async (session: Session) => {
  const apiKey = await chatKey(session)
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${apiKey}` }
    const response = await session.fetch(`${session.connection().url.value}/v1${path}`, { ...init, headers })
    if (!response.ok) throw failureOf(problemFrom(response.status, await response.json().catch(() => null)))
    return response
  }
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => (await (await ask(path, init)).json()) as T
  return {
    ask,
    json,
    post: <T>(path: string, body: object): Promise<T> =>
      json(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    /** A page of a list, as `session.pages` takes it. */
    list: async <T extends { readonly id: string }>(
      path: string,
      { limit, cursor }: { readonly limit: number; readonly cursor?: string },
    ): Promise<Answer<Page<T>>> => {
      const query = new URLSearchParams({ limit: String(Math.min(limit, 100)), ...(cursor ? { after: cursor } : {}) })
      const response = await ask(`${path}?${query}`)
      const page = (await response.json()) as { data: T[]; has_more: boolean; last_id: string | null }
      return { data: { items: page.data, nextCursor: page.has_more ? page.last_id : null }, response }
    },
  }
}

export type InferenceApi = Awaited<ReturnType<typeof openInference>>
