import { type Fields, isFields, mustText, textIn, untranslatable, WrongRequest, wrongType } from './read-fields.ts'

/** A message of a chat completion. */
export type ChatMessage = Record<string, unknown>

const partOf = (part: unknown, at: string): Fields => {
  if (!isFields(part)) throw wrongType(at, 'an object')
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: mustText(part, 'text', at) }
    case 'refusal':
      return { type: 'refusal', refusal: mustText(part, 'refusal', at) }
    case 'input_image': {
      if (part['file_id'] != null)
        throw untranslatable(`${at}.file_id`, 'send the image as `image_url`, such as a data URL.')
      const detail = textIn(part, 'detail', `${at}.detail`)
      const url = mustText(part, 'image_url', at)
      return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } }
    }
    case 'input_file': {
      if (part['file_data'] == null) throw untranslatable(at, 'of files only `file_data` is.')
      const filename = textIn(part, 'filename', `${at}.filename`)
      const file = { file_data: mustText(part, 'file_data', at), ...(filename === undefined ? {} : { filename }) }
      return { type: 'file', file }
    }
    case 'input_audio':
      return { type: 'input_audio', input_audio: part['input_audio'] }
    default:
      throw untranslatable(
        `${at}.type`,
        'the types are input_text, output_text, refusal, input_image, input_file and input_audio.',
      )
  }
}

/** One text is a plain text, which more servers take than a list of one part. */
const contentOf = (content: unknown, at: string): string | readonly Fields[] => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw wrongType(at, 'a string or an array')
  const parts = content.map((part, index) => partOf(part, `${at}[${index}]`))
  const [first] = parts
  return parts.length === 1 && first?.['type'] === 'text' ? String(first['text']) : parts
}

const roles = ['user', 'assistant', 'system', 'developer']

const addMessage = (messages: ChatMessage[], item: Fields, at: string): void => {
  const role = mustText(item, 'role', at)
  if (!roles.includes(role))
    throw new WrongRequest(`${at}.role`, `Invalid value for '${at}.role': use ${roles.join(', ')}.`)
  // Servers of other models know no developer.
  messages.push({ role: role === 'developer' ? 'system' : role, content: contentOf(item['content'], `${at}.content`) })
}

/** Calls belong to the assistant's message before them: a chat has them there, all of one turn together. */
const addCall = (messages: ChatMessage[], item: Fields, at: string): void => {
  const call = {
    id: mustText(item, 'call_id', at),
    type: 'function',
    function: { name: mustText(item, 'name', at), arguments: mustText(item, 'arguments', at) },
  }
  const last = messages.at(-1)
  if (last?.['role'] !== 'assistant') messages.push({ role: 'assistant', content: null, tool_calls: [call] })
  else last['tool_calls'] = [...((last['tool_calls'] as object[] | undefined) ?? []), call]
}

const addItem = (messages: ChatMessage[], item: unknown, at: string): void => {
  if (!isFields(item)) throw wrongType(at, 'an object')
  const type = textIn(item, 'type', `${at}.type`) ?? 'message'
  if (type === 'message') addMessage(messages, item, at)
  else if (type === 'function_call') addCall(messages, item, at)
  else if (type === 'function_call_output') {
    const content = contentOf(item['output'], `${at}.output`)
    messages.push({ role: 'tool', tool_call_id: mustText(item, 'call_id', at), content })
  } else
    throw untranslatable(
      `${at}.type`,
      `items of type '${type.slice(0, 100)}' have no counterpart in a chat completion; the types are message, function_call, function_call_output and item_reference.`,
    )
}

/** What a response is asked with, as items: a text is one message of the user. */
export const itemsOf = (input: unknown): readonly unknown[] => {
  if (typeof input === 'string')
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
  if (Array.isArray(input)) return input
  throw wrongType('input', 'a string or an array')
}

/**
 * The same conversation as messages of a chat completion.
 * @param before items of responses that came before
 * @throws WrongRequest that names the item
 */
export const messagesOfItems = (before: readonly unknown[], items: readonly unknown[]): ChatMessage[] => {
  const messages: ChatMessage[] = []
  for (const [index, item] of before.entries()) addItem(messages, item, `previous_response_id.items[${index}]`)
  for (const [index, item] of items.entries()) addItem(messages, item, `input[${index}]`)
  return messages
}
