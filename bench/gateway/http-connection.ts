import { connect, type Socket } from 'node:net'

/** One keep-alive connection that speaks just enough HTTP/1.1 to cost the load generator little. */
export class HttpConnection {
  readonly #socket: Socket
  #head = ''
  #expected = -1
  #received = 0
  #chunked = false
  #status = 0
  #tail = ''
  #last = ''
  #done: ((status: number) => void) | null = null
  /** Called with each head. */
  onHead: ((head: string) => void) | null = null
  /** Called with each piece of a body. */
  onBody: ((chunk: Buffer) => void) | null = null

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#socket.on('error', () => this.#finish(0))
    this.#socket.on('close', () => this.#finish(0))
  }

  /** Sends a whole request; `done` gets the status, 0 when the connection broke. */
  send(request: Buffer, done: (status: number) => void): void {
    this.#head = ''
    this.#expected = -1
    this.#received = 0
    this.#tail = ''
    this.#done = done
    if (this.#socket.destroyed) this.#finish(0)
    else this.#socket.write(request)
  }

  /** What came of the last body with its last piece: for the words of a refusal. */
  lastBody(): string {
    return this.#last
  }

  close(): void {
    this.#done = null
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    if (this.#expected !== -1 || this.#chunked) {
      this.#takeBody(chunk)
      return
    }
    const before = this.#head.length
    this.#head += chunk.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = this.#head.slice(0, end)
    this.#status = Number(head.slice(9, 12))
    this.#chunked = /transfer-encoding: chunked/i.test(head)
    this.#expected = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? -1)
    this.onHead?.(head)
    const body = chunk.subarray(end + 4 - before)
    if (body.length > 0 || this.#expected === 0) this.#takeBody(body)
  }

  #takeBody(chunk: Buffer): void {
    this.#received += chunk.length
    this.#last = this.#status === 200 ? '' : chunk.toString()
    this.onBody?.(chunk)
    if (this.#chunked) {
      this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - 5))).slice(-5)
      if (this.#tail === '0\r\n\r\n') this.#finish(this.#status)
    } else if (this.#received >= this.#expected) this.#finish(this.#status)
  }

  #finish(status: number): void {
    const done = this.#done
    this.#done = null
    this.#chunked = false
    this.#expected = -1
    done?.(status)
  }
}

/** A POST as bytes. */
export const requestBytes = (path: string, headers: Readonly<Record<string, string>>, body: string): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${Object.entries(
      headers,
    )
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  )
