import type { ServerResponse } from 'node:http'
import { replaceModel } from './answer-model.ts'
import type { CallFacts } from './call-facts.ts'
import { errorBody, type OpenAiError, sendError } from './openai-error.ts'

const singlePieceBytesMax = 16 * 1024
const streamHead = [
  ...['content-type', 'text/event-stream; charset=utf-8'],
  ...['cache-control', 'no-cache'],
  ...['x-accel-buffering', 'no'],
]

/** What the answer shall call the model where its server has another name for it: JSON, one character a byte. */
export const modelNameFor = ({ route, target }: CallFacts): string | null =>
  target.modelName === route.id ? null : Buffer.from(JSON.stringify(route.id)).toString('latin1')

/** The caller's side of a call: what leaves towards them. Nothing is written to a caller who has gone. */
export class Delivery {
  readonly #res: ServerResponse
  readonly #facts: CallFacts
  #outgoing: Buffer[] = []

  constructor(res: ServerResponse, facts: CallFacts) {
    this.#res = res
    this.#facts = facts
  }

  /** A plain answer, whole. */
  sendAnswer(answer: Buffer, contentType: string): void {
    const res = this.#res
    if (res.destroyed) return
    const name = modelNameFor(this.#facts)
    const body = name === null ? answer : Buffer.from(replaceModel(answer.toString('latin1'), name), 'latin1')
    this.#facts.capture?.add(body)
    res.writeHead(200, this.#headers(['content-type', contentType, 'content-length', String(body.length)]))
    // As text a small answer leaves in one piece with its head.
    if (body.length <= singlePieceBytesMax) res.end(body.toString('latin1'), 'latin1')
    else res.end(body)
  }

  sendError(error: OpenAiError): void {
    if (this.#res.destroyed) return
    const { requestId, admission, capture } = this.#facts
    capture?.add(Buffer.from(errorBody(error)))
    sendError(this.#res, requestId, error, admission.headers)
  }

  /** The head of a stream; it leaves with `showStream`. */
  beginStream(): void {
    this.#res.writeHead(200, this.#headers([...streamHead]))
  }

  showStream(): void {
    if (!this.#res.destroyed) this.#res.flushHeaders()
  }

  /** Whole events of a stream; they leave with `flush`. */
  add(events: Buffer): void {
    this.#facts.capture?.add(events)
    this.#outgoing.push(events)
  }

  /** @returns false when the caller reads more slowly than this comes: then wait for `whenDrained` */
  flush(): boolean {
    const { length } = this.#outgoing
    if (length === 0 || this.#res.destroyed) return true
    const [first] = this.#outgoing
    const bytes = length === 1 && first !== undefined ? first : Buffer.concat(this.#outgoing)
    this.#outgoing = []
    return this.#res.write(bytes)
  }

  whenDrained(goOn: () => void): void {
    this.#res.once('drain', goOn)
  }

  /** @param last null: the stream is cut, as it did not come to its end */
  endStream(last: Buffer | null): void {
    this.flush()
    if (last === null || this.#res.destroyed) {
      this.#res.destroy()
      return
    }
    this.#facts.capture?.add(last)
    this.#res.end(last)
  }

  #headers(own: string[]): string[] {
    const { requestId, admission, route } = this.#facts
    own.push('x-request-id', requestId)
    if (route.provider !== null) own.push('avow-provider', encodeURIComponent(route.provider))
    return admission.headers.length === 0 ? own : own.concat(admission.headers)
  }
}
