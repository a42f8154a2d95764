const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What one event of a chat, a completion or a response adds to the text of the answer. */
const textOf = (data: string): string => {
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch {
    return '' // `[DONE]`, or an event that was cut off.
  }
  if (!isRecord(event)) return ''
  if (event['type'] === 'response.output_text.delta') return String(event['delta'] ?? '')
  const choice: unknown = Array.isArray(event['choices']) ? event['choices'][0] : undefined
  if (!isRecord(choice)) return ''
  const delta = choice['delta']
  const text = isRecord(delta) ? delta['content'] : choice['text']
  return typeof text === 'string' ? text : ''
}

/** The text that the events of a stream put together; null for what is no stream of events. */
export const streamedText = (body: string): string | null => {
  const events = body.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  return events.length === 0 ? null : events.map((line) => textOf(line.slice(5).trim())).join('')
}
