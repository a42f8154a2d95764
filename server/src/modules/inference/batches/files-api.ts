import { once } from 'node:events'
import type { Period } from '@avow/policy'
import type { Database, MappedColumn, Tx } from '../../../platform/db/index.ts'
import { createHolds, removeUnlessHeld } from '../../../platform/gates/index.ts'
import { openRows } from '../../../platform/vault/index.ts'
import { sendJson } from '../gateway/send-json.ts'
import { type ApiRequest, readAfter, readLimit, toList } from './api-request.ts'
import { readFile } from './file-content.ts'
import { type FileRow, fileOf, findFile, listFiles } from './file-store.ts'
import { type ReceiveDeps, receiveFile } from './receive-file.ts'
import { deny } from './refusals.ts'
import { viewFile } from './views.ts'

export interface FilesDeps extends ReceiveDeps {
  readonly map: readonly MappedColumn[]
  /** The same, to ask whether the law keeps what its people delete. */
  readonly lawful: Pick<Database, 'direct' | 'transaction'>
  /** How long files are kept. */
  readonly period: () => Period
}

/** Rows with their names; those of an organisation whose key is gone are left out. */
const openNames = async ({ vault, period }: FilesDeps, tx: Tx, rows: readonly FileRow[]) => {
  const opened = await openRows(tx, vault, 'batch_file', rows, ({ id, organisationId, sealedName }) => ({
    subject: organisationId,
    row: id,
    fields: { name: ['sealed_name', sealedName] },
  }))
  return opened.map(({ row, plain }) => viewFile(row, plain.name, period()))
}

const answer = ({ res, requestId }: ApiRequest, body: unknown): void =>
  sendJson(res, requestId, 200, JSON.stringify(body))

/** @throws ApiRefusal when the key's project has no such file */
const findOwn = async ({ database, clock }: FilesDeps, { key }: ApiRequest, id: string): Promise<FileRow> => {
  const row = await findFile(database.direct, key.projectId, id, clock.now())
  if (row === undefined) throw deny.noFile(id)
  return row
}

export const createFile = async (deps: FilesDeps, request: ApiRequest): Promise<void> => {
  const { row, name } = await receiveFile(deps, request.key, request.req)
  answer(request, viewFile(row, name, deps.period()))
}

export const listOwnFiles = async (deps: FilesDeps, request: ApiRequest): Promise<void> => {
  const { query, key } = request
  const [purpose, order, limit] = [query.get('purpose'), query.get('order') ?? 'desc', readLimit(query, 10_000, 10_000)]
  if (order !== 'asc' && order !== 'desc') throw deny.parameter('order', "'order' must be asc or desc.")
  if (purpose !== null && purpose !== 'batch' && purpose !== 'batch_output') {
    answer(request, toList([], limit))
    return
  }
  const { database, clock } = deps
  const wanted = { projectId: key.projectId, purpose, order, limit, after: readAfter(query), now: clock.now() } as const
  answer(request, toList(await openNames(deps, database.direct, await listFiles(database.direct, wanted)), limit))
}

export const showFile = async (deps: FilesDeps, request: ApiRequest, id: string): Promise<void> => {
  const [view] = await openNames(deps, deps.database.direct, [await findOwn(deps, request, id)])
  if (view === undefined) throw deny.noFile(id)
  answer(request, view)
}

/** Part by part, as fast as the caller reads. */
export const sendContent = async (deps: FilesDeps, request: ApiRequest, id: string): Promise<void> => {
  const { res, requestId } = request
  const row = await findOwn(deps, request, id)
  const head = ['content-type', 'application/octet-stream', 'content-length', String(row.bytes)]
  res.writeHead(200, [...head, 'x-request-id', requestId])
  let sent = 0
  for await (const text of readFile(deps, row)) {
    if (res.destroyed) return
    const bytes = Buffer.from(text)
    sent += bytes.length
    if (!res.write(bytes)) await Promise.race([once(res, 'drain'), once(res, 'close')])
  }
  // A file that was deleted meanwhile is not to look whole.
  if (sent === row.bytes) res.end()
  else res.destroy()
}

/** What is deleted is gone with the answer, and in no backup. */
export const deleteFile = async (deps: FilesDeps, request: ApiRequest, id: string): Promise<void> => {
  const { lawful, map, clock } = deps
  await findOwn(deps, request, id)
  const removed = await removeUnlessHeld(
    { database: lawful, clock, holds: createHolds(map) },
    fileOf(request.key.projectId, id),
    { gate: 'bodies', decision: 'done', rule: 'file deleted by the project' },
  )
  if (removed === 0) throw deny.held()
  answer(request, { id, object: 'file', deleted: true })
}
