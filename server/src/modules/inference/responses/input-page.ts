import { type Fields, isFields, WrongRequest } from './read-fields.ts'
import { itemIdOf } from './response-object.ts'

const limitOf = (text: string | null): number => {
  const limit = Number(text ?? 20)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit
  throw new WrongRequest('limit', "Invalid 'limit': a whole number from 1 to 100.")
}

/** With an id of its own, and a text as the part that it stands for. */
const itemView = (item: unknown, responseId: string, index: number): Fields => {
  const fields = isFields(item) ? item : {}
  const { content, type = 'message' } = fields
  const id = typeof fields['id'] === 'string' ? fields['id'] : itemIdOf('in', responseId, index)
  const part = fields['role'] === 'assistant' ? 'output_text' : 'input_text'
  return { ...fields, id, type, ...(typeof content === 'string' ? { content: [{ type: part, text: content }] } : {}) }
}

/**
 * What a response was asked with, newest first unless `order` is asc.
 * @see https://platform.openai.com/docs/api-reference/responses/input-items
 */
export const inputPage = (responseId: string, input: readonly unknown[], query: URLSearchParams): Fields => {
  const [limit, order, after] = [limitOf(query.get('limit')), query.get('order') ?? 'desc', query.get('after')]
  if (order !== 'asc' && order !== 'desc') throw new WrongRequest('order', "Invalid 'order': asc or desc.")
  const items = input.map((item, index) => itemView(item, responseId, index))
  if (order === 'desc') items.reverse()
  const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1
  if (after !== null && from === 0) throw new WrongRequest('after', "Invalid 'after': there is no such item.")
  const data = items.slice(from, from + limit)
  const ids = { first_id: data[0]?.['id'] ?? null, last_id: data.at(-1)?.['id'] ?? null }
  return { object: 'list', data, ...ids, has_more: from + limit < items.length }
}
