import { describeError, type Log } from '../../../platform/log/index.ts'
import type { StoredCalls } from '../bodies/index.ts'
import { inputPage } from '../responses/input-page.ts'
import { WrongRequest } from '../responses/read-fields.ts'
import { readStored, removeStored } from '../responses/stored-responses.ts'
import type { KeyRecord } from './key-directory.ts'
import { type OpenAiError, refuse } from './openai-error.ts'
import { responses } from './operation.ts'
import { refusalOfStored } from './refusal-of-stored.ts'

export const storedPath = `${responses.path}/`

interface Wanted {
  readonly requestId: string
  readonly method: string
  /** With its query. */
  readonly url: string
  readonly key: KeyRecord
}

type Answer = string | OpenAiError

const queryTaken = ['limit', 'order', 'after']

/** Nothing that is asked for is left out silently. */
const readQuery = (url: string, taken: readonly string[]): URLSearchParams => {
  const at = url.indexOf('?')
  const query = new URLSearchParams(at === -1 ? '' : url.slice(at + 1))
  for (const [name, value] of query) {
    if (taken.includes(name) || (name === 'stream' && value === 'false')) continue
    throw new WrongRequest(
      name.slice(0, 100),
      `'${name.slice(0, 100)}' is not supported here.`,
      'unsupported_parameter',
    )
  }
  return query
}

const answerOf = async (stored: StoredCalls, { method, url, key: { projectId } }: Wanted): Promise<Answer> => {
  const path = url.split('?', 1)[0] ?? url
  const [id = '', part, ...rest] = path.slice(storedPath.length).split('/')
  const isItems = part === 'input_items' && rest.length === 0
  if (part !== undefined && !isItems) return refuse.noSuchRoute(method, path.slice(0, 200))
  if (method !== 'GET' && (isItems || method !== 'DELETE'))
    return refuse.wrongMethod(method, path.slice(0, 200), isItems ? 'GET' : 'GET, DELETE')
  if (method === 'DELETE') {
    const done = await removeStored(stored, projectId, id)
    if (done === 'held') return refuse.heldResponse(id)
    return done === 'missing' ? refuse.noSuchResponse(id) : JSON.stringify({ id, object: 'response', deleted: true })
  }
  const query = readQuery(url, isItems ? queryTaken : [])
  const found = await readStored(stored, projectId, id)
  if (found === null) return refuse.noSuchResponse(id)
  return JSON.stringify(isItems ? inputPage(id, found.input, query) : found.response)
}

/** What a project's key gets of a stored response. Never rejects. */
export const answerStored = async (stored: StoredCalls | undefined, log: Log, wanted: Wanted): Promise<Answer> => {
  try {
    return stored === undefined ? refuse.storedAway() : await answerOf(stored, wanted)
  } catch (error) {
    if (error instanceof WrongRequest) return refuse.badParameter(error.param, error.message, error.code)
    const refusal = refusalOfStored(error)
    if (refusal !== null) return refusal
    const { requestId } = wanted
    log.warn({ event: 'responses-unread', requestId, ...describeError(error) }, 'a stored response could not be read')
    return refuse.storedAway()
  }
}
