import { createServer, type ServerResponse } from 'node:http'

// The model's server of the bench, in a process of its own: answers at once, or streams at a steady pace.
// Arguments: port, events a stream, milliseconds between two events.
const [port = '0', eventsText = '100', gapText = '20'] = process.argv.slice(2)
const events = Number(eventsText)
const gapMs = Number(gapText)

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'bench',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'This is an answer of usual length. '.repeat(12) },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 42, completion_tokens: 108, total_tokens: 150 },
  }),
)

const head = '{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench"'
/** Each event says when it was sent, in microseconds of the machine's monotonic clock. */
const contentEvent = (): string =>
  `data: ${head},"choices":[{"index":0,"delta":{"content":" @${process.hrtime.bigint() / 1000n}"},"finish_reason":null}]}\n\n`
const lastEvents = `data: ${head},"choices":[],"usage":{"prompt_tokens":42,"completion_tokens":${events},"total_tokens":${42 + events}}}\n\ndata: [DONE]\n\n`

const stream = (res: ServerResponse): void => {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  let sent = 0
  const timer = setInterval(() => {
    res.write(contentEvent())
    if (++sent < events) return
    clearInterval(timer)
    res.end(lastEvents)
  }, gapMs)
  res.on('close', () => clearInterval(timer))
}

const server = createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => {
    if (Buffer.concat(chunks).includes('"stream":true')) {
      stream(res)
      return
    }
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
    res.end(answer)
  })
})
server.keepAliveTimeout = 120_000
server.listen(Number(port), '127.0.0.1', () => console.log('ready'))
