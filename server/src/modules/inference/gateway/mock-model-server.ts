import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that the mock received. */
export interface Received {
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export type Answering = (received: Received, res: ServerResponse) => void

/** For tests: an HTTP server in a model server's place, whose answers the test writes. */
export interface MockModelServer {
  readonly url: string
  /** Oldest first. */
  readonly received: Received[]
  /** Requests whose connection was closed before the mock had answered. */
  cancelled(): number
  answerWith(answer: Answering): void
  close(): void
}

export const listenOnLoopback = async (handler: RequestListener): Promise<{ server: Server; url: string }> => {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

export const startMockModelServer = async (): Promise<MockModelServer> => {
  const received: Received[] = []
  let cancelled = 0
  let answer: Answering = (_, res) => void res.end('{}')
  const { server, url } = await listenOnLoopback((req, res) => {
    const chunks: Buffer[] = []
    res.on('close', () => {
      if (!res.writableFinished) cancelled++
    })
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const one = { path: req.url, headers: req.headers, text: Buffer.concat(chunks).toString() }
      received.push(one)
      answer(one, res)
    })
  })
  return {
    url,
    received,
    cancelled: () => cancelled,
    answerWith: (next) => {
      answer = next
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
