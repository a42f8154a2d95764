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
  readonly #hideUsage: boolean
  #carry: Buffer | null = null

  constructor(hideUsage: boolean) {
    this.#hideUsage = hideUsage
  }

  /** Reported, or else counted. */
  completionTokens(): number {
    return this.usage?.completionTokens ?? this.contentEvents
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
    if (first !== -1 && first === text.length - separator.length) return this.#examine(text) ? bytes : null
    let start = 0
    let kept: Buffer[] | null = null
    let keptFrom = 0
    for (let end = first; end !== -1; end = text.indexOf(separator, start)) {
      const next = end + separator.length
      if (!this.#examine(text.slice(start, next))) {
        kept ??= []
        kept.push(bytes.subarray(keptFrom, start))
        keptFrom = next
      }
      start = next
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start))
    const rest = bytes.subarray(keptFrom, start)
    const forward = kept === null ? rest : Buffer.concat([...kept, rest])
    return forward.length === 0 ? null : forward
  }

  #keep(bytes: Buffer): void {
    if (bytes.length > carryBytesMax) this.failed = true
    else this.#carry = bytes
  }

  /** Notes what one event says; false when it is not to be passed on. */
  #examine(event: string): boolean {
    if (event.startsWith('data: [DONE]') || event.startsWith('data:[DONE]')) {
      this.done = true
      return false
    }
    if (/^data: ?\{\s*"error"/.test(event)) {
      this.failed = true
      return false
    }
    const usageAt = event.indexOf('"usage"')
    if (usageAt !== -1) {
      const usage = readUsage(event, usageAt)
      if (usage !== null) {
        this.usage = usage
        if (this.#hideUsage && /"choices"\s*:\s*\[\s*\]/.test(event)) return false
      }
    }
    if (carriesContent(event)) this.contentEvents++
    return true
  }
}

const carriesContent = (event: string): boolean => {
  const at = event.indexOf('"content":')
  if (at !== -1) {
    let value = at + 10
    if (event.charCodeAt(value) === 0x20) value++
    if (event.charCodeAt(value) === 0x22 && event.charCodeAt(value + 1) !== 0x22) return true
  }
  return event.includes('"tool_calls"') || event.includes('"reasoning')
}

/** The usage object of a whole, non-streamed answer. Null when it has none. */
export const usageOfAnswer = (body: Buffer): ReportedUsage | null => {
  const at = body.lastIndexOf('"usage"')
  return at === -1 ? null : readUsage(body.toString('latin1', at), 0)
}

/** @param at where `"usage"` stands */
const readUsage = (text: string, at: number): ReportedUsage | null => {
  const open = text.indexOf('{', at)
  if (open === -1 || !/^"usage"\s*:\s*$/.test(text.slice(at, open))) return null
  const close = closingBrace(text, open)
  if (close === -1) return null
  try {
    const { prompt_tokens, completion_tokens } = JSON.parse(text.slice(open, close + 1)) as Record<string, unknown>
    return isCount(prompt_tokens) && isCount(completion_tokens)
      ? { promptTokens: prompt_tokens, completionTokens: completion_tokens }
      : null
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
