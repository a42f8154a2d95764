import { Registry } from 'prom-client'
import { systemClock } from '../../../platform/clock/index.ts'
import type { MappedColumn } from '../../../platform/db/index.ts'
import type { TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { answer } from '../gateway/test-answers.ts'
import { keyRecord, startTestGateway, type TestGateway } from '../gateway/test-gateway.ts'
import { bodyBytesKept } from './capture.ts'
import { createBodyKeeper } from './keep-bodies.ts'
import { createStoredCalls, type StoredCalls } from './stored-calls.ts'

export type Fields = Record<string, unknown>

/** What clients do with responses. */
const clientOf = (at: TestGateway) => {
  const send = (
    method: string,
    path: string,
    body?: Fields,
    { key = 'sk-good', signal }: { key?: string; signal?: AbortSignal } = {},
  ) =>
    fetch(`${at.url}/v1/responses${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  const create = (body: Fields, options?: { key?: string; signal?: AbortSignal }) =>
    send('POST', '', { model: 'm', input: 'hello', ...body }, options)
  const created = async (body: Fields = {}): Promise<Fields & { id: string }> => (await create(body)).json() as never
  const got = async (path: string, key?: string): Promise<Fields> =>
    (await send('GET', path, undefined, key === undefined ? {} : { key })).json() as never
  return { send, create, created, got }
}
export type Client = ReturnType<typeof clientOf>

export type Work = (client: Client, at: TestGateway) => Promise<void>
export interface How {
  /** Whether projects keep bodies. */
  readonly isKeeping?: () => boolean
  readonly changed?: (stored: StoredCalls) => StoredCalls
}

/** A gateway on a mock, in front of the real keeper and what it stored. */
export const withResponses = async (
  {
    database,
    vault,
    map,
  }: { readonly database: TestDatabase; readonly vault: Vault; readonly map: readonly MappedColumn[] },
  work: Work,
  { isKeeping = () => true, changed = (stored) => stored }: How = {},
): Promise<void> => {
  const keepings = { of: () => (isKeeping() ? { period: null } : null) }
  const parts = { database, lawful: database, vault, clock: systemClock, map }
  const keeper = createBodyKeeper({ ...parts, keepings, registry: new Registry(), log: createLog('silent') })
  const stored = changed(createStoredCalls({ ...parts, flush: () => keeper.flush() }))
  const at = await startTestGateway({ deps: { bodies: keeper, stored, bodyBytesMax: 3 * bodyBytesKept } })
  at.keys.set('sk-other', keyRecord({ keyId: 'key_2', projectId: 'prj_2' }))
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
  try {
    await work(clientOf(at), at)
  } finally {
    await at.close()
    await keeper.flush()
  }
}
