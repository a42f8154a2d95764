import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

// What a proxy in Node costs when it does nothing else: node:http in front, undici.dispatch behind.
// Arguments: port, upstream.
const [port = '0', upstream = ''] = process.argv.slice(2)
const pool = new Pool(upstream)

const relay = (req: IncomingMessage, res: ServerResponse, body: Buffer): void => {
  let controller: Dispatcher.DispatchController | undefined
  res.once('close', () => {
    if (!res.writableFinished) controller?.abort(new Error('the caller has gone'))
  })
  pool.dispatch(
    {
      path: req.url ?? '/',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer upstream' },
      body,
    },
    {
      onRequestStart(started) {
        controller = started
      },
      onResponseStart(_controller, status, headers) {
        res.writeHead(status, headers as Record<string, string>)
      },
      onResponseData(_controller, chunk) {
        res.write(chunk)
      },
      onResponseEnd() {
        res.end()
      },
      onResponseError() {
        res.destroy()
      },
    },
  )
}

const server = createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () =>
    relay(req, res, chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
  )
})
server.keepAliveTimeout = 120_000
server.listen(Number(port), '127.0.0.1', () => console.log('ready'))
