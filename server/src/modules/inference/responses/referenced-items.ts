import type { StoredCalls } from '../bodies/index.ts'
import { type Fields, isFields, mustText, WrongRequest } from './read-fields.ts'
import { readStored, type StoredResponse } from './stored-responses.ts'

const isReference = (item: unknown): item is Fields => isFields(item) && item['type'] === 'item_reference'

/** An item's id says whose response it is of. */
const responseOfItem = (itemId: string): string | null => {
  const [, tail] = /^(?:msg|fc|call)_([0-9a-z]{1,40})_\d+$/.exec(itemId) ?? []
  return tail === undefined ? null : `resp_${tail}`
}

/** @param at where they stand, such as `input` */
const notThere = (id: string, at: string): WrongRequest =>
  new WrongRequest(
    at,
    `Item with id '${id.slice(0, 100)}' not found: its response was not stored, was deleted or has expired, or it is another project's. Send the item itself; many clients do with \`store: false\`.`,
  )

/**
 * What stored responses answered in the place of references to it, as some clients send instead of repeating it.
 * @throws WrongRequest for what is not there, or more than a request may hold
 */
export const withReferenced = async (
  stored: StoredCalls | undefined,
  projectId: string,
  items: unknown,
  { at, sizeMax }: { readonly at: string; readonly sizeMax: number },
): Promise<unknown> => {
  if (!Array.isArray(items) || !items.some(isReference)) return items
  const known = new Map<string, StoredResponse | null>()
  let size = 0
  const read = async (responseId: string): Promise<StoredResponse | null> => {
    const before = known.get(responseId)
    if (before !== undefined) return before
    const found = stored === undefined ? null : await readStored(stored, projectId, responseId)
    known.set(responseId, found)
    size += found?.size ?? 0
    if (size > sizeMax) throw new WrongRequest(at, 'What it refers to is too long. Send what matters of it.')
    return found
  }
  const resolved: unknown[] = []
  for (const [index, item] of items.entries()) {
    if (!isReference(item)) {
      resolved.push(item)
      continue
    }
    const here = `${at}[${index}]`
    const id = mustText(item, 'id', here)
    const responseId = responseOfItem(id)
    const output = responseId === null ? undefined : (await read(responseId))?.response['output']
    const found = Array.isArray(output) ? output.find((one) => isFields(one) && one['id'] === id) : undefined
    if (found === undefined) throw notThere(id, `${here}.id`)
    resolved.push(found)
  }
  return resolved
}
