/** What an OpenAI-shaped stream told: text as it comes, then why it ended and what was counted. */
export type ChatEvent =
  | { kind: 'text'; text: string }
  | { kind: 'end'; reason: string }
  | { kind: 'usage'; promptTokens: number; completionTokens: number }

/** The gateway refused, in OpenAI's error shape. */
export class ChatRefused extends Error {
  readonly status: number
  readonly code: string | null
  constructor(status: number, code: string | null, message: string) {
    super(message)
    this.name = 'ChatRefused'
    this.status = status
    this.code = code
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** The failure that an error body of the gateway describes. */
export const refusalOf = (status: number, body: unknown): ChatRefused => {
  const error = field(body, 'error')
  const message = text(field(error, 'message')) ?? `The gateway answered ${status} without saying why.`
  return new ChatRefused(status, text(field(error, 'code')) ?? text(field(error, 'type')), message)
}

const eventsOf = (data: string): ChatEvent[] => {
  const chunk: unknown = JSON.parse(data)
  if (field(chunk, 'error') !== undefined) throw refusalOf(200, chunk)
  const events: ChatEvent[] = []
  const choices = field(chunk, 'choices')
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined
  const content = text(field(field(choice, 'delta'), 'content'))
  if (content !== null && content !== '') events.push({ kind: 'text', text: content })
  const reason = text(field(choice, 'finish_reason'))
  if (reason !== null) events.push({ kind: 'end', reason })
  const usage = field(chunk, 'usage')
  const [promptTokens, completionTokens] = [field(usage, 'prompt_tokens'), field(usage, 'completion_tokens')]
  if (typeof promptTokens === 'number' && typeof completionTokens === 'number')
    events.push({ kind: 'usage', promptTokens, completionTokens })
  return events
}

/** Reads server-sent events of a chat completion, whatever the size of the pieces in which they come. */
export async function* readChatStream(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ChatEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of stream) {
    rest += decoder.decode(piece, { stream: true })
    const lines = rest.split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data:')) continue
      const data = line.slice(5).trim()
      if (data === '[DONE]') return
      if (data !== '') yield* eventsOf(data)
    }
  }
}
