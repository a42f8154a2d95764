import { replaceModel } from './answer-model.ts'
import type { UsageWish } from './splice-request.ts'

/** Token counts as the model's server reports them. */
export interface ReportedUsage {
  readonly promptTokens: number
  readonly completionTokens: number
}

const carryBytesMax = 8 * 1024 * 1024
const separator = '\n\n'

/**
 * Reads the server-sent events of a chat completion as they pass. It searches the text instead of parsing it: a quote
 * inside a JSON string is always escaped, so a bare `"usage"` is a member.
 */
export class SseReader {
  /** Events that carried some text, reasoning or tool call: an embedded model sends one a token. */
  contentEvents = 0
  usage: ReportedUsage | null = null
  /** `data: [DONE]` has come; it is not passed on. */
  done = false
  /** The model's server reported an error in the stream; it is not passed on. */
  failed = false
  readonly #wish: UsageWish
  readonly #modelName: string | null
  #carry: Buffer | null = null
  /** The last event with counts beside a choice, until a chunk of counts alone comes. */
  #counted: string | null = null

  /** @param modelName what `model` shall say, as JSON in latin1; null leaves what the model's server says */
  constructor(wish: UsageWish, modelName: string | null = null) {
    this.#wish = wish
    this.#modelName = modelName
  }

  /** Reported, or else counted. */
  completionTokens(): number {
    return this.usage?.completionTokens ?? this.contentEvents
  }

  /**
   * The chunk of counts alone that a caller asked for, where the model's server put its counts beside a choice instead;
   * null when none is due.
   */
  closingChunk(): Buffer | null {
    if (this.#counted === null || !this.#wish.lastChunk) return null
    return chunkOfCounts(this.#counted, this.#modelName)
  }

  /** Takes a piece of the stream, returns the whole events to pass on, or null when there is none. */
  push(chunk: Buffer): Buffer | null {
    const bytes = this.#carry === null ? chunk : Buffer.concat([this.#carry, chunk])
    this.#carry = null
    const text = bytes.toString('latin1')
    if (text.includes('\r\n\r\n')) return this.#pushLines(text.replaceAll('\r\n', '\n'))
    return this.#read(bytes, text)
  }

  #pushLines(text: string): Buffer | null {
    return this.#read(Buffer.from(text, 'latin1'), text)
  }

  #read(bytes: Buffer, text: string): Buffer | null {
    const first = text.indexOf(separator)
    if (first !== -1 && first === text.length - separator.length) return this.#forward(bytes, text, this.#examine(text))
    let start = 0
    let pieces: Buffer[] | null = null
    let keptFrom = 0
    for (let end = first; end !== -1; end = text.indexOf(separator, start)) {
      const next = end + separator.length
      const event = text.slice(start, next)
      const seen = this.#examine(event)
      if (seen !== event) {
        pieces ??= []
        pieces.push(bytes.subarray(keptFrom, start), Buffer.from(seen, 'latin1'))
        keptFrom = next
      }
      start = next
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start))
    const rest = bytes.subarray(keptFrom, start)
    const forward = pieces === null ? rest : Buffer.concat([...pieces, rest])
    return forward.length === 0 ? null : forward
  }

  #forward(bytes: Buffer, event: string, seen: string): Buffer | null {
    if (seen === event) return bytes
    return seen === '' ? null : Buffer.from(seen, 'latin1')
  }

  #keep(bytes: Buffer): void {
    if (bytes.length > carryBytesMax) this.failed = true
    else this.#carry = bytes
  }

  /** Notes what one event says; returns what of it the caller sees. */
  #examine(event: string): string {
    if (event.startsWith('data: [DONE]') || event.startsWith('data:[DONE]')) {
      this.done = true
      return ''
    }
    if (event.startsWith('{"error"', 6) || event.startsWith('{"error"', 5) || event.startsWith('{ "error"', 6)) {
      this.failed = true
      return ''
    }
    if (carriesContent(event)) this.contentEvents++
    const usageAt = event.indexOf('"usage"')
    const seen = usageAt === -1 ? event : this.#examineUsage(event, usageAt)
    return this.#modelName === null || seen === '' ? seen : replaceModel(seen, this.#modelName)
  }

  #examineUsage(event: string, usageAt: number): string {
    const usage = readUsage(event, usageAt)
    if (usage === null) return event
    this.usage = usage.counts
    if (/"choices"\s*:\s*\[\s*\]/.test(event)) {
      this.#counted = null
      return this.#wish.lastChunk ? event : ''
    }
    this.#counted = event
    return this.#wish.running ? event : withoutMember(event, usageAt, usage.end)
  }
}

/** Cuts a member out of an object together with one comma. */
const withoutMember = (event: string, start: number, end: number): string => {
  const before = event.slice(0, start).trimEnd()
  if (before.endsWith(',')) return before.slice(0, -1) + event.slice(end)
  return before + event.slice(end).replace(/^\s*,\s*/, '')
}

/** OpenAI's last chunk, of an event that holds the same and a choice; null when it cannot be read. */
const chunkOfCounts = (event: string, modelName: string | null): Buffer | null => {
  try {
    const text = Buffer.from(event.slice(event.indexOf('{')), 'latin1').toString('utf8')
    const chunk = JSON.stringify({ ...(JSON.parse(text) as object), choices: [] })
    const bytes = Buffer.from(`data: ${chunk}\n\n`)
    return modelName === null ? bytes : Buffer.from(replaceModel(bytes.toString('latin1'), modelName), 'latin1')
  } catch {
    return null
  }
}

const holdsText = (event: string, member: string): boolean => {
  const at = event.indexOf(member)
  if (at === -1) return false
  let value = at + member.length
  if (event.charCodeAt(value) === 0x20) value++
  return event.charCodeAt(value) === 0x22 && event.charCodeAt(value + 1) !== 0x22
}

const carriesContent = (event: string): boolean => {
  return (
    holdsText(event, '"content":') ||
    holdsText(event, '"text":') ||
    event.includes('"tool_calls"') ||
    event.includes('"reasoning')
  )
}

/** The usage object of a whole, non-streamed answer. Null when it has none. @param writes whether the model wrote tokens */
export const usageOfAnswer = (body: Buffer, writes = true): ReportedUsage | null => {
  const at = body.lastIndexOf('"usage"')
  return at === -1 ? null : (readUsage(body.toString('latin1', at), 0, writes)?.counts ?? null)
}

/** @param at where `"usage"` stands. `end` is just behind the object. */
const readUsage = (text: string, at: number, writes = true): { counts: ReportedUsage; end: number } | null => {
  const open = text.indexOf('{', at)
  if (open === -1 || !/^"usage"\s*:\s*$/.test(text.slice(at, open))) return null
  const end = closingBrace(text, open) + 1
  if (end === 0) return null
  try {
    const { prompt_tokens, completion_tokens = writes ? null : 0 } = JSON.parse(text.slice(open, end)) as Record<
      string,
      unknown
    >
    if (!isCount(prompt_tokens) || !isCount(completion_tokens)) return null
    return { counts: { promptTokens: prompt_tokens, completionTokens: completion_tokens }, end }
  } catch {
    return null
  }
}

/** Usage objects hold numbers and nested objects of numbers; a string with a brace in it would only make it unreadable. */
const closingBrace = (text: string, open: number): number => {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === 0x7b) depth++
    else if (character === 0x7d && --depth === 0) return at
  }
  return -1
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31
