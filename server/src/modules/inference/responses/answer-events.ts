import { type Fields, isFields } from './read-fields.ts'
import {
  itemIdOf,
  type ResponseFacts,
  type ResponseState,
  type ResponseStatus,
  responseObject,
} from './response-object.ts'

/** The model's server sent something that is no chat completion, or more than one can hold. */
export class NoAnswer extends Error {}

interface MessageItem {
  readonly kind: 'message'
  readonly id: string
  readonly index: number
  readonly parts: { readonly type: 'output_text' | 'refusal'; text: string }[]
}

interface CallItem {
  readonly kind: 'function_call'
  readonly id: string
  readonly index: number
  readonly callId: string
  readonly name: string
  arguments: string
}

type Item = MessageItem | CallItem
type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

const textMax = 16 * 1024 * 1024

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  throw new NoAnswer('a text was expected')
}

const partView = ({ type, text }: MessageItem['parts'][number]): Fields =>
  type === 'refusal' ? { type, refusal: text } : { type, text, annotations: [], logprobs: [] }

const itemView = (item: Item, status: ItemStatus): Fields =>
  item.kind === 'message'
    ? { id: item.id, type: 'message', status, role: 'assistant', content: item.parts.map(partView) }
    : { id: item.id, type: 'function_call', status, call_id: item.callId, name: item.name, arguments: item.arguments }

/**
 * Turns the pieces of a chat completion into the events of a response, in the order that OpenAI's clients rely on. A plain
 * answer is one piece. Pure: it knows neither time nor connection.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class AnswerEvents {
  readonly #facts: ResponseFacts
  readonly #items: Item[] = []
  /** Items of which more may come. */
  readonly #open = new Set<Item>()
  readonly #calls = new Map<unknown, CallItem>()
  #sequence = 0
  #length = 0
  #finish: unknown = null
  #usage: unknown = null
  #events: Fields[] = []

  constructor(facts: ResponseFacts) {
    this.#facts = facts
  }

  /** Before anything of the answer. */
  begin(): readonly Fields[] {
    this.#say('response.created', { response: this.response('in_progress') })
    this.#say('response.in_progress', { response: this.response('in_progress') })
    return this.#take()
  }

  /** @param chunk of a stream, or a whole chat completion @throws NoAnswer */
  add(chunk: unknown): readonly Fields[] {
    if (!isFields(chunk)) throw new NoAnswer('an object was expected')
    this.#usage = chunk['usage'] ?? this.#usage
    const choice = Array.isArray(chunk['choices']) ? (chunk['choices'][0] as unknown) : undefined
    if (isFields(choice)) {
      const delta = choice['delta'] ?? choice['message']
      if (isFields(delta)) this.#addDelta(delta)
      this.#finish = choice['finish_reason'] ?? this.#finish
    }
    return this.#take()
  }

  /** @param error why it did not come to its end; null: it did */
  end(error: ResponseState['error']): readonly Fields[] {
    const status = error === null ? this.#endStatus() : 'failed'
    for (const item of [...this.#open]) this.#close(item, status === 'completed' ? 'completed' : 'incomplete')
    this.#say(`response.${status}`, { response: this.response(status, error) })
    return this.#take()
  }

  /** As it is now; with a status that is none of an end, up to here. */
  response(status: ResponseStatus = this.#endStatus(), error: ResponseState['error'] = null): Fields {
    const ended = status === 'completed' ? 'completed' : 'incomplete'
    const output = this.#items.map((item) => itemView(item, status === 'in_progress' ? 'in_progress' : ended))
    return responseObject(this.#facts, {
      status,
      output,
      error,
      usage: this.#usage,
      reason: status === 'incomplete' ? this.#reason() : null,
    })
  }

  #endStatus(): 'completed' | 'incomplete' {
    return this.#reason() === null ? 'completed' : 'incomplete'
  }

  #reason(): ResponseState['reason'] {
    if (this.#finish === 'length') return 'max_output_tokens'
    return this.#finish === 'content_filter' ? 'content_filter' : null
  }

  #addDelta(delta: Fields): void {
    const [text, refusal] = [textOf(delta['content']), textOf(delta['refusal'])]
    if (text !== '') this.#addText('output_text', text)
    if (refusal !== '') this.#addText('refusal', refusal)
    const calls = delta['tool_calls'] ?? []
    if (!Array.isArray(calls)) throw new NoAnswer('a list of calls was expected')
    for (const [position, call] of calls.entries()) this.#addCall(call, position)
  }

  #addText(type: 'output_text' | 'refusal', delta: string): void {
    this.#grow(delta)
    const item = this.#openMessage()
    let part = item.parts.at(-1)
    if (part?.type !== type) {
      if (part !== undefined) this.#closePart(item)
      part = { type, text: '' }
      item.parts.push(part)
      this.#say('response.content_part.added', { ...this.#partPlace(item), part: partView(part) })
    }
    part.text += delta
    const more = type === 'output_text' ? { delta, logprobs: [] } : { delta }
    this.#say(`response.${type}.delta`, { ...this.#partPlace(item), ...more })
  }

  #openMessage(): MessageItem {
    for (const item of this.#open) if (item.kind === 'message') return item
    const index = this.#items.length
    const item: MessageItem = { kind: 'message', id: itemIdOf('msg', this.#facts.id, index), index, parts: [] }
    this.#begin(item)
    return item
  }

  #addCall(call: unknown, position: number): void {
    if (!isFields(call) || !isFields(call['function'])) throw new NoAnswer('a call of a function was expected')
    const { name, arguments: added } = call['function']
    // Some servers number no calls, and send each whole.
    const key = call['index'] ?? call['id'] ?? position
    const item = this.#calls.get(key) ?? this.#openCall(key, textOf(call['id']), textOf(name))
    const delta = textOf(added)
    if (delta === '') return
    this.#grow(delta)
    item.arguments += delta
    this.#say('response.function_call_arguments.delta', { item_id: item.id, output_index: item.index, delta })
  }

  /** What was said is over when a call begins; calls are open to the end, as their pieces may take turns. */
  #openCall(key: unknown, callId: string, name: string): CallItem {
    for (const item of this.#open) if (item.kind === 'message') this.#close(item, 'completed')
    const index = this.#items.length
    const item: CallItem = {
      ...{ kind: 'function_call', id: itemIdOf('fc', this.#facts.id, index), index, name, arguments: '' },
      callId: callId === '' ? itemIdOf('call', this.#facts.id, index) : callId,
    }
    this.#calls.set(key, item)
    this.#begin(item)
    return item
  }

  #begin(item: Item): void {
    this.#items.push(item)
    this.#open.add(item)
    this.#say('response.output_item.added', { output_index: item.index, item: itemView(item, 'in_progress') })
  }

  #close(item: Item, status: ItemStatus): void {
    this.#open.delete(item)
    const place = { item_id: item.id, output_index: item.index }
    if (item.kind === 'message') this.#closePart(item)
    else {
      const { name, arguments: all } = item
      this.#say('response.function_call_arguments.done', { ...place, name, arguments: all })
    }
    this.#say('response.output_item.done', { output_index: item.index, item: itemView(item, status) })
  }

  #closePart(item: MessageItem): void {
    const part = item.parts.at(-1)
    if (part === undefined) return
    const place = this.#partPlace(item)
    if (part.type === 'refusal') this.#say('response.refusal.done', { ...place, refusal: part.text })
    else this.#say('response.output_text.done', { ...place, text: part.text, logprobs: [] })
    this.#say('response.content_part.done', { ...place, part: partView(part) })
  }

  #partPlace(item: MessageItem): Fields {
    return { item_id: item.id, output_index: item.index, content_index: item.parts.length - 1 }
  }

  /** All of it is said again at the end, so all of it is in memory. */
  #grow(text: string): void {
    this.#length += text.length
    if (this.#length > textMax) throw new NoAnswer('it is too long')
  }

  #say(type: string, members: Fields): void {
    this.#events.push({ type, sequence_number: this.#sequence++, ...members })
  }

  #take(): readonly Fields[] {
    const events = this.#events
    this.#events = []
    return events
  }
}
