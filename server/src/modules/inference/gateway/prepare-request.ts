import { describeError, type Log } from '../../../platform/log/index.ts'
import { bodyBytesKept, type StoredCalls } from '../bodies/index.ts'
import { chatOfResponse, type TranslatedRequest } from '../responses/chat-of-response.ts'
import { type Fields, isFields, textIn, WrongRequest } from '../responses/read-fields.ts'
import { withReferenced } from '../responses/referenced-items.ts'
import { findConversation } from '../responses/stored-responses.ts'
import type { KeyRecord } from './key-directory.ts'
import { type OpenAiError, refuse } from './openai-error.ts'
import { type Operation, responses } from './operation.ts'
import { refusalOfStored } from './refusal-of-stored.ts'
import { type ScanFailure, type ScannedRequest, scanRequest } from './scan-request.ts'

export interface Given {
  readonly key: KeyRecord
  readonly operation: Operation
  /** For a model's server. */
  readonly body: Buffer
  /** What the caller sent in other words; null: the body is what they sent. */
  readonly asked: Asked | null
}

/** A request that was translated. */
interface Asked {
  readonly body: Buffer
  /** Members of the answer that repeat it. */
  readonly echo: Fields
  readonly store: boolean | null
}

interface PrepareDeps {
  readonly stored?: StoredCalls
  readonly bodyBytesMax: number
  readonly log: Log
}

/** Whether a request has to be put into other words before it can go on as any other does. */
export const isTranslated = ({ operation }: Given): boolean => operation === responses

const bodyOf = ({ body }: Given): Fields => {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new SyntaxError('it is no JSON', { cause: error })
  }
  if (isFields(parsed)) return parsed
  throw new SyntaxError('it is no object')
}

/** What is too large to be kept is not stored; who asked for it is told. */
const storeOf = (given: Given, store: boolean | null): boolean | null => {
  if (given.body.length <= bodyBytesKept) return store
  if (store === true)
    throw new WrongRequest(
      'store',
      `A request of more than ${bodyBytesKept} bytes is not stored. Send \`store: false\`, or less.`,
    )
  return false
}

/** References to stored items are replaced by what they stand for, here and in what came before. */
const translate = async (
  { stored, bodyBytesMax }: PrepareDeps,
  projectId: string,
  body: Fields,
  before: readonly unknown[],
): Promise<TranslatedRequest> => {
  const resolve = (items: unknown, at: string): Promise<unknown> =>
    withReferenced(stored, projectId, items, { at, sizeMax: bodyBytesMax })
  const input = await resolve(body['input'], 'input')
  const said = (await resolve(before, 'previous_response_id.items')) as readonly unknown[]
  return chatOfResponse(input === body['input'] ? body : { ...body, input }, said)
}

/** Puts a request into the words of a chat completion; from there on it is one like any other. Never rejects. */
export const prepareRequest = async (
  deps: PrepareDeps,
  requestId: string,
  given: Given,
): Promise<Given | OpenAiError> => {
  try {
    const body = bodyOf(given)
    const previous = textIn(body, 'previous_response_id')
    const before =
      previous === undefined
        ? []
        : await findConversation(deps.stored, given.key.projectId, previous, deps.bodyBytesMax)
    if (before === null) return refuse.noPreviousResponse(String(previous))
    const { chat, echo, store } = await translate(deps, given.key.projectId, body, before)
    const asked = { body: given.body, echo, store: storeOf(given, store) }
    return { ...given, body: Buffer.from(JSON.stringify(chat)), asked }
  } catch (error) {
    if (error instanceof SyntaxError) return refuse.notJson(error.message)
    if (error instanceof RangeError) return refuse.notJson('it is nested too deeply')
    if (error instanceof WrongRequest) return refuse.badParameter(error.param, error.message, error.code)
    const refusal = refusalOfStored(error)
    if (refusal !== null) return refusal
    deps.log.warn(
      { event: 'responses-unread', requestId, ...describeError(error) },
      'a stored response could not be read',
    )
    return refuse.storedAway()
  }
}

/** What must be known of a request, in the words in which it goes on. */
export const scanGiven = ({ body, operation, asked }: Given): ScannedRequest | ScanFailure => {
  const scanned = scanRequest(body, operation)
  return scanned.ok && asked !== null ? { ...scanned, store: asked.store } : scanned
}
