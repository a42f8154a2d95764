import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Metering, UsageEvent } from '../../billing/index.ts'

/** A call of a batch as the gateway takes it: the same path as that of a call by HTTP, without a connection. */
export interface LineCall {
  /** By which its usage is booked. */
  readonly id: string
  /** Of the key on whose limits and budgets it runs. */
  readonly keyId: string
  readonly path: string
  readonly body: string
}

/** How a call ended. */
export interface LineAnswer {
  readonly status: number
  readonly body: string
  /** What is to be booked; null: it reached no model. */
  readonly event: UsageEvent | null
}

class LineRequest extends Readable {
  readonly method = 'POST'
  readonly complete = true
  readonly id: string
  readonly url: string
  readonly rawHeaders: readonly string[]

  constructor({ id, keyId, path, body }: LineCall) {
    super()
    this.id = id
    this.url = path
    this.rawHeaders = ['authorization', `Bearer ${keyId}`]
    this.push(Buffer.from(body))
    this.push(null)
  }

  override _read(): void {}
}

class LineResponse extends EventEmitter {
  headersSent = false
  readonly destroyed = false
  readonly #done: (status: number, body: string) => void
  readonly #pieces: Buffer[] = []
  #status = 0

  constructor(done: (status: number, body: string) => void) {
    super()
    this.#done = done
  }

  writeHead(status: number): this {
    this.#status = status
    this.headersSent = true
    return this
  }

  write(piece: Buffer): boolean {
    this.#pieces.push(piece)
    return true
  }

  flushHeaders(): void {}

  end(piece?: Buffer | string, encoding?: BufferEncoding): this {
    if (piece !== undefined) this.#pieces.push(typeof piece === 'string' ? Buffer.from(piece, encoding) : piece)
    this.#done(this.#status, Buffer.concat(this.#pieces).toString('utf8'))
    return this
  }

  destroy(): this {
    this.#done(502, '')
    return this
  }
}

/** The id under which a call of a batch is booked. */
export const lineIdOf = (req: IncomingMessage): string => (req as unknown as LineRequest).id

/**
 * Books for the gateway of batches: keeps what is to be booked until the call's answer is stored, for whoever stores it
 * books it. A call that is answered in one piece needs no more.
 */
export class LineMetering implements Metering {
  readonly origins = null
  readonly refusal: Metering['refusal']
  readonly #events = new Map<string, UsageEvent>()

  constructor(books: Pick<Metering, 'refusal'>) {
    this.refusal = () => books.refusal()
  }

  record(event: UsageEvent, done: (error: Error | null) => void): void {
    this.#events.set(event.id, event)
    done(null)
  }

  begin(): null {
    return null
  }

  take(id: string): UsageEvent | null {
    const event = this.#events.get(id) ?? null
    this.#events.delete(id)
    return event
  }
}

/** Has a call answered. Never rejects: what goes wrong is an answer, too. */
export const callLine = (
  handle: (req: IncomingMessage, res: ServerResponse) => void,
  metering: LineMetering,
  call: LineCall,
): Promise<LineAnswer> =>
  new Promise((resolve) => {
    const response = new LineResponse((status, body) => resolve({ status, body, event: metering.take(call.id) }))
    handle(new LineRequest(call) as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
