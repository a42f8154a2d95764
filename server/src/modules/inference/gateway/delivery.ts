import type { ServerResponse } from 'node:http'
import { paramOfResponse } from '../responses/chat-of-response.ts'
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

/** Errors of a model's server name parameters as a chat completion does. */
const translatedError = (error: OpenAiError): OpenAiError =>
  error.param === null ? error : { ...error, param: paramOfResponse(error.param) }

/** The caller's side of a call: what leaves towards them. Nothing is written to a caller who has gone. */
export class Delivery {
  readonly #res: ServerResponse
  #facts: CallFacts
  #outgoing: Buffer[] = []
  /** Events that come before the answer; null: they have left, or there are none. */
  #beginning: Buffer | null = null

  constructor(res: ServerResponse, facts: CallFacts) {
    this.#res = res
    this.#facts = facts
  }

  /** The call goes on at another member; nothing of it was delivered yet. */
  move(facts: CallFacts): void {
    this.#facts = facts
  }

  /** A plain answer in the caller's words; null: it is none. */
  answerOf(answer: Buffer): Buffer | null {
    const { translation } = this.#facts
    if (translation !== null) return translation.answer(answer)
    const name = modelNameFor(this.#facts)
    return name === null ? answer : Buffer.from(replaceModel(answer.toString('latin1'), name), 'latin1')
  }

  /** @param body as `answerOf` gives it */
  sendAnswer(body: Buffer, contentType: string): void {
    const res = this.#res
    if (res.destroyed) return
    this.#facts.capture?.add(body)
    res.writeHead(200, this.#headers(['content-type', contentType, 'content-length', String(body.length)]))
    // As text a small answer leaves in one piece with its head.
    if (body.length <= singlePieceBytesMax) res.end(body.toString('latin1'), 'latin1')
    else res.end(body)
  }

  sendError(error: OpenAiError): void {
    if (this.#res.destroyed) return
    const { requestId, admission, capture, translation } = this.#facts
    const said = translation === null ? error : translatedError(error)
    capture?.add(Buffer.from(errorBody(said)))
    sendError(this.#res, requestId, said, admission.headers)
  }

  /** The head of a stream; it leaves with `showStream`. */
  beginStream(): void {
    this.#res.writeHead(200, this.#headers([...streamHead]))
    this.#beginning = this.#facts.translation?.begin() ?? null
  }

  /** What says that it begins, and nothing of the answer: that is not counted yet. */
  showStream(): void {
    if (this.#res.destroyed) return
    if (this.#beginning === null) this.#res.flushHeaders()
    else this.#res.write(this.#beginning)
    this.#beginning = null
  }

  /** Whole events of a stream; they leave with `flush`. @returns false when they are none that can be understood */
  add(events: Buffer): boolean {
    const { capture, translation } = this.#facts
    const said = translation === null ? events : translation.add(events)
    if (said === null) return false
    if (translation === null) capture?.add(said)
    if (said.length > 0) this.#outgoing.push(said)
    return true
  }

  /** @returns false when the caller reads more slowly than this comes: then wait for `whenDrained` */
  flush(): boolean {
    if (this.#beginning !== null) this.showStream()
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
    const { capture, translation } = this.#facts
    const said = translation === null ? last : translation.end(last)
    // Of a translated stream it is the response that is kept, not its events.
    if (translation !== null) capture?.add(translation.kept())
    this.flush()
    if (said === null || this.#res.destroyed) {
      this.#res.destroy()
      return
    }
    if (translation === null) capture?.add(said)
    this.#res.end(said)
  }

  #headers(own: string[]): string[] {
    const { requestId, admission, provider } = this.#facts
    own.push('x-request-id', requestId)
    if (provider !== null) own.push('avow-provider', encodeURIComponent(provider))
    return admission.headers.length === 0 ? own : own.concat(admission.headers)
  }
}
