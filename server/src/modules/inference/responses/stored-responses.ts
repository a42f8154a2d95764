import type { KeptBodies, StoredCalls } from '../bodies/index.ts'
import { itemsOf } from './messages-of-items.ts'
import { type Fields, isFields, WrongRequest } from './read-fields.ts'
import { requestIdOf } from './response-object.ts'

export interface StoredResponse {
  /** What it was asked with, without what came before. */
  readonly input: readonly unknown[]
  readonly previous: string | null
  readonly response: Fields
  /** What it takes of memory. */
  readonly size: number
}

const parse = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    // Cut where it was too long to be kept.
    return null
  }
}

/** A kept call whose answer was a response; null: it was refused, or nobody answered it. */
const responseOf = ({ request, response }: KeptBodies): StoredResponse | null => {
  const [asked, answered] = [parse(request), parse(response)]
  if (!isFields(asked) || !isFields(answered) || answered['object'] !== 'response') return null
  const { previous_response_id: previous } = asked
  const size = request.length + (response?.length ?? 0)
  return {
    input: itemsOf(asked['input']),
    previous: typeof previous === 'string' ? previous : null,
    response: answered,
    size,
  }
}

/** A response of a project; null: there is none of this id, or it is another project's. */
export const readStored = async (
  stored: StoredCalls,
  projectId: string,
  responseId: string,
): Promise<StoredResponse | null> => {
  const id = requestIdOf(responseId)
  const found = id === null ? null : await stored.find({ projectId, id, operation: 'responses' })
  return found === null ? null : responseOf(found)
}

/** Destroys what is stored of a response at once, whether or not it may be read. */
export const removeStored = async (
  stored: StoredCalls,
  projectId: string,
  responseId: string,
): Promise<'removed' | 'held' | 'missing'> => {
  const id = requestIdOf(responseId)
  return id === null ? 'missing' : stored.remove({ projectId, id, operation: 'responses' })
}

const turnsMax = 1000

/**
 * What was said up to a response, oldest first: each response keeps its own part only, so that what is deleted is in none of
 * those that follow. Null: it, or one before it, is not there.
 * @throws WrongRequest when it is more than a request may hold
 */
export const findConversation = async (
  stored: StoredCalls | undefined,
  projectId: string,
  responseId: string,
  sizeMax: number,
): Promise<readonly unknown[] | null> => {
  const turns: (readonly unknown[])[] = []
  let size = 0
  for (let id: string | null = responseId; id !== null; ) {
    const found: StoredResponse | null = stored === undefined ? null : await readStored(stored, projectId, id)
    if (found === null) return null
    size += found.size
    if (size > sizeMax || turns.length === turnsMax)
      throw new WrongRequest(
        'previous_response_id',
        'The conversation before this request is too long to go on from. Send what matters of it as `input`.',
      )
    const { output } = found.response
    turns.push([...found.input, ...(Array.isArray(output) ? output : [])])
    id = found.previous
  }
  return turns.reverse().flat()
}
