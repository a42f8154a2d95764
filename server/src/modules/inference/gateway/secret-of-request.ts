import type { IncomingMessage } from 'node:http'

/** One header without making the object of all of them, which costs more than all else here. */
export const headerOf = (req: IncomingMessage, name: string): string | undefined => {
  const { rawHeaders } = req
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]
    if (given?.length === name.length && given.toLowerCase() === name) return rawHeaders[at + 1]
  }
  return undefined
}

/** The key that a request brings; null without one. */
export const secretOf = (req: IncomingMessage): string | null => {
  const authorization = headerOf(req, 'authorization')
  if (authorization === undefined || authorization.length > 1000) return null
  const scheme = authorization.slice(0, 7)
  if (scheme !== 'Bearer ' && scheme.toLowerCase() !== 'bearer ') return null
  const secret = authorization.slice(7).trim()
  return secret === '' ? null : secret
}
