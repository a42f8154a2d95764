import { AnswerEvents, NoAnswer } from './answer-events.ts'
import { type Fields, isFields } from './read-fields.ts'
import type { ResponseFacts } from './response-object.ts'

const eventText = (event: Fields): string => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
const toBytes = (events: readonly Fields[]): Buffer | null =>
  events.length === 0 ? null : Buffer.from(events.map(eventText).join(''))

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NoAnswer('it is no JSON', { cause: error })
  }
}

/** What whole server-sent events carry, without the mark of the end. */
const payloadsOf = (events: Buffer): unknown[] =>
  events
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim())
    .filter((text) => text !== '' && text !== '[DONE]')
    .map(parse)

const errorIn = (payload: unknown): { readonly code: string; readonly message: string } | null => {
  const error = isFields(payload) ? payload['error'] : undefined
  // The one code of OpenAI's closed list that fits; the words say more.
  return isFields(error) ? { code: 'server_error', message: String(error['message']) } : null
}

/** The answer of a chat completion on its way to a caller who asked for a response. */
export class Translation {
  readonly #events: AnswerEvents
  #kept: Fields

  constructor(facts: ResponseFacts) {
    this.#events = new AnswerEvents(facts)
    this.#kept = this.#events.response('cancelled')
  }

  /** A whole plain answer; null: it is none. */
  answer(chat: Buffer): Buffer | null {
    return this.#orNull(() => {
      const payload = parse(chat.toString('utf8'))
      if (!isFields(payload) || !Array.isArray(payload['choices'])) throw new NoAnswer('it has no choices')
      this.#events.add(payload)
      this.#kept = this.#events.response()
      return this.kept()
    })
  }

  /** Before the first piece of a stream. */
  begin(): Buffer {
    return toBytes(this.#events.begin()) ?? Buffer.alloc(0)
  }

  /** Whole events of a stream; null: they are not what a model's server sends. */
  add(chat: Buffer): Buffer | null {
    return this.#orNull(
      () => toBytes(payloadsOf(chat).flatMap((payload) => this.#events.add(payload))) ?? Buffer.alloc(0),
    )
  }

  /** The end of a stream: its last events, or an error. @param chat null: the caller has gone, and nothing is sent */
  end(chat: Buffer | null): Buffer | null {
    if (chat === null) {
      this.#kept = this.#events.response('cancelled')
      return null
    }
    const payloads = payloadsOf(chat)
    const error = payloads.map(errorIn).find((one) => one !== null) ?? null
    const events = error === null ? payloads.flatMap((payload) => this.#events.add(payload)) : []
    const last = this.#events.end(error)
    this.#kept = (last.at(-1)?.['response'] as Fields | undefined) ?? this.#kept
    return toBytes([...events, ...last])
  }

  /** The response as it was last, as JSON: what may be stored of it. */
  kept(): Buffer {
    return Buffer.from(JSON.stringify(this.#kept))
  }

  #orNull(work: () => Buffer): Buffer | null {
    try {
      return work()
    } catch (error) {
      if (error instanceof NoAnswer) return null
      throw error
    }
  }
}
