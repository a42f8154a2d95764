import { gunzipSync } from 'node:zlib'
import {
  accountEndpoints,
  choiceEndpoints,
  choiceForEndpoints,
  type Endpoint,
  holdEndpoints,
  keyEndpoints,
  organisationEndpoints,
  projectEndpoints,
  rightsEndpoints,
  staffEndpoints,
} from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import { movableClock } from '../../../platform/clock/index.ts'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { createApi, type Route } from '../../../platform/http/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { choiceRoutes } from '../choices/index.ts'
import { searchSealed } from '../search-sealed.ts'
import { createTestSystem, type TestSystem } from '../test-system.ts'
import { createRights, erasePerson, makeExport, type Rights } from './index.ts'

export const password = 'four unrelated words here'
export const operatorToken = 'token-of-the-machine'

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}
export type Send = (method: string, path: string, body?: object) => Promise<Answer>

export interface Somebody {
  readonly id: string
  readonly email: string
  readonly organisationId: string
  readonly projectId: string
  /** Of their session. */
  readonly token: string
  readonly send: Send
}

/** Identity and people's rights behind the real API, on a database of their own. */
export interface RightsWorld {
  readonly system: TestSystem
  readonly rights: Rights
  readonly clock: ReturnType<typeof movableClock>
  readonly as: (token?: string) => Send
  /** Signs up, verifies, signs in. @param name is part of their organisation's name too */
  join(name: string): Promise<Somebody>
  /** Makes someone a member of somebody's organisation. */
  invite(owner: Somebody, member: Somebody, role: string): Promise<void>
  /** Looks at the preview, closes what nobody else owns, and asks for an erasure. @param more replaces parts of it */
  requestErasure(who: Pick<Somebody, 'send'>, more?: object): Promise<Answer>
  /** Asks for an erasure that begins at once. @returns its id and its receipt's token */
  ask(who: Somebody): Promise<{ id: string; token: string }>
  erase(id: string): ReturnType<typeof erasePerson>
  /** Has somebody's copy made and fetches it: a tar.gz. */
  archiveOf(who: Pick<Somebody, 'send'>): Promise<Buffer>
  /** All files of it as one text. */
  exportOf(who: Pick<Somebody, 'send'>): Promise<string>
  /** In how many rows of which tables a text stands, whatever the column. */
  search(text: string): Promise<Record<string, number>>
  close(): Promise<void>
}

const endpoints = [
  accountEndpoints,
  organisationEndpoints,
  projectEndpoints,
  keyEndpoints,
  staffEndpoints,
  rightsEndpoints,
  holdEndpoints,
  choiceEndpoints,
  choiceForEndpoints,
].flatMap((group): Endpoint[] => Object.values(group))

const textOf = (body: unknown, ...path: (string | number)[]): string => {
  const found = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], body)
  if (typeof found !== 'string') throw new Error(`no ${path.join('.')} in ${JSON.stringify(body)}`)
  return found
}

const searchIn = async (system: TestSystem, map: readonly MappedColumn[], text: string) => {
  const found: Record<string, number> = {}
  for (const table of new Set(map.map((column) => column.table))) {
    const { rows } = await system.database.pool.query<{ n: number }>(
      `select count(*)::int as n from ${table} t where t::text like '%' || $1 || '%'`,
      [text],
    )
    const n = rows[0]?.n ?? 0
    if (n > 0) found[table] = n
  }
  for (const [table, ids] of await searchSealed(system.database.direct, { map, vault: system.vault }, text))
    found[table] = Math.max(found[table] ?? 0, ids.size)
  return found
}

const joining = (
  system: TestSystem,
  as: RightsWorld['as'],
): Pick<RightsWorld, 'join' | 'invite' | 'requestErasure' | 'ask'> => {
  const mailed = async (to: string) => {
    const [mail] = await listMail(system.database.direct, system.vault, { to, limit: 1 })
    return new URL(mail?.links[0] ?? 'no link was mailed').searchParams.get('token')
  }
  const requestErasure: RightsWorld['requestErasure'] = async (who, more = {}) => {
    const { body } = await who.send('GET', '/me/erasure/preview')
    const shown = body as { confirmation?: string; organisations?: { id: string; fate: string }[] }
    const closeOrganisations = shown.organisations?.filter(({ fate }) => fate === 'needs-decision').map(({ id }) => id)
    const confirmation = shown.confirmation
    return who.send('POST', '/me/erasure', { password, confirmation, closeOrganisations, ...more })
  }
  return {
    requestErasure,
    join: async (name) => {
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`
      await as()('POST', '/auth/sign-up', { email, password, name, birthDate: '1990-01-31' })
      await as()('POST', '/auth/verify-email', { token: await mailed(email) })
      const signedIn = await as()('POST', '/auth/sign-in', { email, password, tokenWanted: true })
      const token = textOf(signedIn.body, 'token')
      const send = as(token)
      const organisationId = textOf((await send('GET', '/me')).body, 'organisations', 0, 'id')
      const projects = await send('GET', `/organisations/${organisationId}/projects`)
      const projectId = textOf(projects.body, 'items', 0, 'id')
      return { id: textOf(signedIn.body, 'person', 'id'), email, organisationId, projectId, token, send }
    },
    invite: async (owner, member, role) => {
      const path = `/organisations/${owner.organisationId}/invitations`
      await owner.send('POST', path, { email: member.email, role })
      await member.send('POST', '/invitations/accept', { token: await mailed(member.email) })
    },
    ask: async (who) => {
      const asked = await requestErasure(who, { delay: 'PT0S' })
      return { id: textOf(asked.body, 'id'), token: textOf(asked.body, 'receiptToken') }
    },
  }
}

const archiving =
  (rights: Rights): RightsWorld['archiveOf'] =>
  async ({ send }) => {
    const id = textOf((await send('POST', '/me/export', {})).body, 'id')
    await makeExport(rights, id)
    const { parts } = (await send('GET', '/me/export')).body['export'] as { parts: number }
    const pieces: Buffer[] = []
    for (let part = 0; part < parts; part++) {
      const { body } = await send('GET', `/me/export/${id}/parts/${part}`)
      pieces.push(Buffer.from(textOf(body, 'content'), 'base64'))
    }
    return Buffer.concat(pieces)
  }

/** Routes beside those of identity and of people's rights. */
export type MoreRoutes = (deps: TestSystem & Rights) => {
  readonly routes: readonly Route[]
  readonly endpoints: readonly Endpoint[]
}

/**
 * @param map the data map of the whole server, which tests take from the composition root
 * @param policy the starter without it
 * @param more what else the API answers
 */
export const createRightsWorld = async (
  map: readonly MappedColumn[],
  policy?: CompiledPolicy,
  more: MoreRoutes = () => ({ routes: [], endpoints: [] }),
): Promise<RightsWorld> => {
  const clock = movableClock(new Date())
  const system = await createTestSystem(map, clock, policy)
  const { databases } = system
  const identity = system.identityOn(databases.for('account', 'security', 'legal'), {
    operatorToken: { matches: (token) => token === operatorToken },
  })
  const { accounts } = identity.api
  const database = { ...system.database, ...databases.duty('rights') }
  const rights = { ...system, database, accounts, erasureGate: system.gates.erasure }
  const choices = choiceRoutes({ ...rights, standing: system.gates.standing })
  const others = more(rights)
  const api = createApi({
    database: databases,
    clock,
    vault: system.vault,
    log: createLog('silent'),
    authorise: identity.authorise,
    routes: [...identity.routes, ...createRights(rights).routes, ...choices, ...others.routes],
    endpoints: [...endpoints, ...others.endpoints],
    unwanted: system.gates.unwanted,
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
  })
  const as: RightsWorld['as'] = (token) => async (method, path, body) => {
    clock.advance(1)
    const response = await api.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: response.statusCode, body: response.body === '' ? {} : response.json() }
  }
  const archiveOf = archiving(rights)
  return {
    system,
    rights,
    clock,
    as,
    ...joining(system, as),
    erase: (id) => erasePerson(rights, id),
    archiveOf,
    exportOf: async (who) => gunzipSync(await archiveOf(who)).toString(),
    search: (text) => searchIn(system, map, text),
    close: async () => {
      await api.close()
      await identity.stop()
      await system.database.close()
    },
  }
}
