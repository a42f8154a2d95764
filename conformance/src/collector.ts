import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands where an operator has an OpenTelemetry collector; takes everything. */
export interface Collector extends AsyncDisposable {
  readonly url: string
  /** Bodies of `/v1/traces`, oldest first. */
  readonly received: readonly string[]
  /** What came as `x-collector-key`. */
  readonly keys: ReadonlySet<unknown>
}

export const startCollector = async (): Promise<Collector> => {
  const received: string[] = []
  const keys = new Set<unknown>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      keys.add(request.headers['x-collector-key'])
      if (request.url === '/v1/traces') received.push(Buffer.concat(parts).toString('utf8'))
      response.end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    keys,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
