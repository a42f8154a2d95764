import type { Connections } from './connections.ts'
import { hostOf, outsiderAt } from './outside-address.ts'

const redirectsMax = 5
const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** A call of the system itself: it takes what anyone may have, and tells nothing about anybody. */
export type FetchPublic = (
  url: string,
  init: { headers?: Record<string, string>; signal?: AbortSignal },
) => Promise<Response>

/**
 * Fetches public files, such as those of models. Only GET without a body exists; each host on the way of a redirect is
 * permitted and counted, and credentials stay with the first.
 */
export const fetchPublic =
  (connections: Pick<Connections, 'permit'>): FetchPublic =>
  async (url, { headers, signal }) => {
    let at = new URL(url)
    for (let redirects = 0; ; redirects++) {
      connections.permit(hostOf(at), 'download')
      const isFirst = redirects === 0 || at.origin === new URL(url).origin
      const { authorization: _secret, ...open } = headers ?? {}
      const sent = isFirst ? (headers ?? {}) : open
      const response = await fetch(at, { headers: sent, redirect: 'manual', ...(signal ? { signal } : {}) })
      const location = redirectStatuses.has(response.status) ? response.headers.get('location') : null
      if (location === null || redirects === redirectsMax) return response
      await response.body?.cancel()
      at = new URL(location, at)
      if (at.protocol !== 'https:' && at.protocol !== 'http:') return response
    }
  }

/** Talks to programs of our own on this machine; an address outside is refused. */
export const fetchOwn: typeof fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  if (outsiderAt(url) !== null) return Promise.reject(new Error(`${new URL(url).hostname} is no machine of our own`))
  return fetch(input, { ...init, redirect: 'error' })
}
