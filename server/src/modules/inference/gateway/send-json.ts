import type { ServerResponse } from 'node:http'

/** Answers with a JSON text of known length. `extra`: header names and values in turn. */
export const sendJson = (
  res: ServerResponse,
  requestId: string,
  status: number,
  body: string,
  extra: readonly string[] = [],
): void => {
  const length = String(Buffer.byteLength(body))
  res.writeHead(status, [
    'content-type',
    'application/json',
    'content-length',
    length,
    'x-request-id',
    requestId,
    ...extra,
  ])
  res.end(body)
}
