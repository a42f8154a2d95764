import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { isKey, type KeyDoor } from '../gateway/key-door.ts'
import { refuse, sendError } from '../gateway/openai-error.ts'
import type { ApiRequest } from './api-request.ts'
import { type BatchesDeps, cancelBatch, createBatch, listOwnBatches, showBatch } from './batches-api.ts'
import { createFile, deleteFile, type FilesDeps, listOwnFiles, sendContent, showFile } from './files-api.ts'
import { ApiRefusal, deny } from './refusals.ts'

export interface ServeDeps extends FilesDeps, BatchesDeps {
  readonly log: Log
  readonly door: Pick<KeyDoor, 'ask'>
  readonly nextId: () => string
  /** Why nobody may use them here; null when projects may. */
  readonly refusal: () => string | null
}

type Handler = (deps: ServeDeps, request: ApiRequest, id: string) => Promise<void>

/** By method and path, an id in whose place is `*`. */
const handlers: Readonly<Record<string, Handler>> = {
  'POST /v1/files': createFile,
  'GET /v1/files': listOwnFiles,
  'GET /v1/files/*': showFile,
  'GET /v1/files/*/content': sendContent,
  'DELETE /v1/files/*': deleteFile,
  'POST /v1/batches': createBatch,
  'GET /v1/batches': listOwnBatches,
  'GET /v1/batches/*': showBatch,
  'POST /v1/batches/*/cancel': cancelBatch,
}

const methodsAt = (pattern: string): string[] =>
  Object.keys(handlers).flatMap((one) => (one.endsWith(` ${pattern}`) ? [one.slice(0, one.indexOf(' '))] : []))

/** Whether a path is one of files or batches. */
export const isOfBatches = (url: string): boolean => /^\/v1\/(files|batches)(?:[/?]|$)/.test(url)

/** @throws ApiRefusal */
const findKey = async (deps: ServeDeps, req: IncomingMessage): Promise<KeyRecord> => {
  const found = await Promise.resolve(deps.door.ask(req)).catch(() => refuse.keysUnreadable())
  if (isKey(found)) return found
  throw new ApiRefusal(found)
}

const handle = async (deps: ServeDeps, req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> => {
  const [path = '', search = ''] = (req.url ?? '').split('?', 2)
  const [, version, noun, id, ...rest] = path.split('/')
  const pattern = [`/${version}/${noun}`, ...(id === undefined ? [] : ['*']), ...rest].join('/')
  const method = req.method ?? ''
  const handler = handlers[`${method} ${pattern}`]
  const methods = methodsAt(pattern)
  if (methods.length === 0) throw new ApiRefusal(refuse.noSuchRoute(method, path.slice(0, 200)))
  if (handler === undefined) throw new ApiRefusal(refuse.wrongMethod(method, path.slice(0, 200), methods.join(', ')))
  const key = await findKey(deps, req)
  const rule = deps.refusal()
  if (rule !== null) throw deny.policy(rule)
  await handler(deps, { req, res, requestId, key, query: new URLSearchParams(search) }, id ?? '')
}

/** Files and batches under /v1. What goes wrong with one request is told to its caller. */
export const serveApi =
  (deps: ServeDeps): RequestListener =>
  (req, res) => {
    const requestId = deps.nextId()
    handle(deps, req, res, requestId)
      .catch((error: unknown) => {
        if (error instanceof ApiRefusal) {
          sendError(res, requestId, error.error)
          return
        }
        if (!req.destroyed)
          deps.log.error({ event: 'batches-failed', requestId, ...describeError(error) }, 'files and batches failed')
        sendError(res, requestId, refuse.internal(requestId))
      })
      // What a refused caller still sends is thrown away, so that it can read the answer.
      .finally(() => req.resume())
  }
