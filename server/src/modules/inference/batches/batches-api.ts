import type { IncomingMessage } from 'node:http'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { openRows } from '../../../platform/vault/index.ts'
import type { Metering } from '../../billing/index.ts'
import { headerOf } from '../gateway/secret-of-request.ts'
import { sendJson } from '../gateway/send-json.ts'
import { type ApiRequest, readAfter, readExpiry, readJson, readLimit, toList } from './api-request.ts'
import { keepOrigin } from './batch-origin.ts'
import { type BatchRow, findBatch, insertBatch, listBatches, moveBatch } from './batch-store.ts'
import type { ContentDeps } from './file-content.ts'
import { findFile } from './file-store.ts'
import { isBatchEndpoint } from './input-line.ts'
import { deny } from './refusals.ts'
import { requireKeeping } from './rules.ts'
import { viewBatch } from './views.ts'

export interface BatchesDeps extends ContentDeps {
  /** Told when there is something new to do. */
  readonly wake: () => void
  readonly metering: Pick<Metering, 'origins'>
  readonly addressOf: (req: IncomingMessage) => string | null
}

const windowMs = 24 * 3_600_000
const endpointsText = '/v1/chat/completions, /v1/completions or /v1/embeddings'

const openBatches = async ({ vault }: BatchesDeps, tx: Tx, rows: readonly BatchRow[]) => {
  const opened = await openRows(tx, vault, 'batch', rows, ({ id, organisationId, sealedMetadata }) => ({
    subject: organisationId,
    row: id,
    fields: { metadata: ['sealed_metadata', sealedMetadata] },
  }))
  return opened.map(({ row, plain }) => viewBatch(row, JSON.parse(plain.metadata)))
}

const answer = async (deps: BatchesDeps, { res, requestId }: ApiRequest, row: BatchRow): Promise<void> => {
  const [view] = await openBatches(deps, deps.database.direct, [row])
  if (view === undefined) throw deny.noBatch(row.id)
  sendJson(res, requestId, 200, JSON.stringify(view))
}

const known = new Set(['input_file_id', 'endpoint', 'completion_window', 'metadata', 'output_expires_after'])

/** At most 16 pairs, names of 64 characters and values of 512, as OpenAI's. */
const readMetadata = (given: unknown): Readonly<Record<string, string>> | null => {
  if (given === undefined || given === null) return null
  const pairs: [string, unknown][] = typeof given === 'object' ? Object.entries(given) : []
  const isGood = ([name, value]: [string, unknown]): boolean =>
    name.length <= 64 && typeof value === 'string' && value.length <= 512 && name.isWellFormed() && value.isWellFormed()
  if (typeof given !== 'object' || Array.isArray(given) || pairs.length > 16 || !pairs.every(isGood))
    throw deny.parameter(
      'metadata',
      "'metadata' must be up to 16 pairs of text: names of up to 64 characters, values of up to 512.",
    )
  return Object.fromEntries(pairs) as Record<string, string>
}

/** @throws ApiRefusal */
const readWanted = (body: Record<string, unknown>) => {
  const stranger = Object.keys(body).find((name) => !known.has(name))
  if (stranger !== undefined)
    throw deny.parameter(stranger.slice(0, 50), `Unknown parameter: '${stranger.slice(0, 50)}'.`)
  const { input_file_id: inputFileId, endpoint, completion_window: window, output_expires_after: expiry } = body
  if (typeof inputFileId !== 'string' || inputFileId === '')
    throw deny.parameter('input_file_id', "Missing required parameter: 'input_file_id'.")
  if (!isBatchEndpoint(endpoint)) throw deny.parameter('endpoint', `'endpoint' must be ${endpointsText}.`)
  if (window !== '24h') throw deny.parameter('completion_window', "'completion_window' must be 24h.")
  const { anchor, seconds } = (typeof expiry === 'object' ? (expiry ?? {}) : { anchor: expiry }) as Record<
    string,
    unknown
  >
  const outputSeconds = readExpiry('output_expires_after', anchor, seconds)
  return { inputFileId, endpoint, outputSeconds, metadata: readMetadata(body.metadata) }
}

/** Its lines are calls of whoever begins it. */
const noteOrigin = ({ metering, addressOf }: BatchesDeps, { req }: ApiRequest): string | null =>
  metering.origins?.note(addressOf(req), headerOf(req, 'user-agent') ?? null) ?? null

export const createBatch = async (deps: BatchesDeps, request: ApiRequest): Promise<void> => {
  const { database, vault, clock, wake } = deps
  const { keyId, projectId, organisationId } = request.key
  const { metadata, ...wanted } = readWanted(await readJson(request.req))
  const [id, at] = [newId('batch', clock), clock.now()]
  const place = { table: 'batch', column: 'sealed_metadata', row: id }
  const sealedMetadata = await vault.sealFor(organisationId, place, JSON.stringify(metadata))
  const notYet = { endsAs: null, outputFileId: null, errorFileId: null, begunAt: null, finalizingAt: null }
  const counts = { total: 0, completed: 0, failed: 0, problems: [] }
  const times = { at, expiresAt: new Date(at.getTime() + windowMs), cancellingAt: null, endedAt: null }
  const state = 'validating'
  const row: BatchRow = {
    ...wanted,
    ...notYet,
    ...counts,
    ...times,
    id,
    projectId,
    organisationId,
    keyId,
    state,
    sealedMetadata,
  }
  await database.transaction(async (tx) => {
    await requireKeeping(tx, organisationId)
    const input = await findFile(tx, projectId, wanted.inputFileId, at)
    if (input === undefined) throw deny.noFile(wanted.inputFileId)
    if (input.purpose !== 'batch')
      throw deny.parameter('input_file_id', "The input file must have been uploaded with the purpose 'batch'.")
    await insertBatch(tx, row)
    const noted = noteOrigin(deps, request)
    if (noted !== null) await keepOrigin(tx, vault, row, noted)
  })
  wake()
  await answer(deps, request, row)
}

export const listOwnBatches = async (deps: BatchesDeps, { key, query, res, requestId }: ApiRequest): Promise<void> => {
  const { database } = deps
  const limit = readLimit(query, 20, 100)
  const rows = await listBatches(database.direct, { projectId: key.projectId, after: readAfter(query), limit })
  const page = toList(await openBatches(deps, database.direct, rows), limit)
  sendJson(res, requestId, 200, JSON.stringify(page))
}

const findOwn = async ({ database }: BatchesDeps, { key }: ApiRequest, id: string): Promise<BatchRow> => {
  const row = await findBatch(database.direct, key.projectId, id)
  if (row === undefined) throw deny.noBatch(id)
  return row
}

export const showBatch = async (deps: BatchesDeps, request: ApiRequest, id: string): Promise<void> =>
  answer(deps, request, await findOwn(deps, request, id))

/** Lines under way end; none begins any more. To repeat it changes nothing. */
export const cancelBatch = async (deps: BatchesDeps, request: ApiRequest, id: string): Promise<void> => {
  const { database, clock, wake } = deps
  await findOwn(deps, request, id)
  const changes = { state: 'cancelling', cancellingAt: clock.now() } as const
  const moved = await database.transaction((tx) => moveBatch(tx, id, ['validating', 'in_progress'], changes))
  const now = moved ?? (await findOwn(deps, request, id))
  if (moved === undefined && now.state !== 'cancelling' && now.state !== 'cancelled') throw deny.ended(now.state)
  wake()
  await answer(deps, request, now)
}
